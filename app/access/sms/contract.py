"""What a gateway takes and gives, and the settings it is made of."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import SecretStr

Purpose = Literal["login", "register", "confirm", "notice", "reset", "factor"]


@dataclass(frozen=True)
class Message:
    """One SMS. `repr` tells nothing personal, so that a trace-back does not either."""

    mobile: str = field(repr=False)
    """E.164, like +8613800000000."""
    purpose: Purpose
    code: str = field(repr=False)
    """The dynamic password; empty where there is none to tell."""
    text: str = field(repr=False)
    """The whole text in the user's language."""
    seconds: int
    """How long the code is valid."""
    message_id: str
    """A UUID, the same in every attempt: a gateway knows the repeated one by it."""


@dataclass(frozen=True)
class Receipt:
    """What became of a message. `unknown`: it may have been accepted, nobody can tell."""

    status: Literal["accepted", "refused", "unknown"]
    gateway_id: str
    """The gateway's own number of the message, where it gives one."""
    detail: str
    """A short code (`docs/sms.md`), the provider's own in a refusal; never the text of an answer."""


class Gateway(Protocol):
    """Sends messages. Never raises: what goes wrong is in the receipt."""

    def send(self, message: Message) -> Receipt: ...


class SmsSettings(Protocol):
    """The part of the settings that gateways read."""

    sms_gateway: Literal["outbox", "http", "aliyun", "tencent"]
    sms_timeout_seconds: float
    sms_http_method: str
    sms_http_url: str
    sms_http_headers: str
    sms_http_body: str
    sms_http_success: str
    sms_access_key_id: str
    sms_access_key_secret: SecretStr
    sms_sign_name: str
    sms_template_login: str
    sms_template_register: str
    sms_template_notice: str
    sms_template_reset: str
    sms_template_factor: str
    sms_app_id: str
    sms_region: str
    sms_endpoint: str


class GatewayConfigError(Exception):
    """The settings do not make a gateway; `code` is a key of CONFIG_ERRORS."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code}: {CONFIG_ERRORS[code]}")
        self.code = code


CONFIG_ERRORS = {
    "sms_http_method": "SMS_HTTP_METHOD is none of GET, POST, PUT, PATCH",
    "sms_http_url": "SMS_HTTP_URL is not an http or https address with a fixed host",
    "sms_http_headers": "SMS_HTTP_HEADERS is not a JSON object of header names and ASCII values",
    "sms_http_content_type": "SMS_HTTP_BODY is set but SMS_HTTP_HEADERS names no Content-Type",
    "sms_http_body": "SMS_HTTP_BODY, filled in, is not valid JSON though its Content-Type says so",
    "sms_http_placeholder": "a template names a placeholder that does not exist",
    "sms_http_success": "SMS_HTTP_SUCCESS is not a regular expression",
    "sms_access_key": "SMS_ACCESS_KEY_ID or SMS_ACCESS_KEY_SECRET is empty or has blanks in it",
    "sms_sign_name": "SMS_SIGN_NAME is empty",
    "sms_template": "SMS_TEMPLATE_LOGIN or SMS_TEMPLATE_REGISTER is empty",
    "sms_app_id": "SMS_APP_ID is empty",
    "sms_endpoint": "SMS_ENDPOINT is not a scheme and a host, or is plain http to another machine",
    "sms_extra_missing": "the provider's SDK is not installed: pip install -r requirements-sms.txt",
}
