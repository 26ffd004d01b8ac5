"""What the providers with an SDK of their own have in common."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from app.access.sms.attempts import Attempt, refused, unknown
from app.access.sms.contract import GatewayConfigError, Purpose, SmsSettings

CODE = re.compile(r"[\w.\-]{1,100}", re.ASCII)


@dataclass(frozen=True)
class Account:
    """What both providers want to know of their customer."""

    key_id: str
    secret: str
    sign_name: str
    templates: dict[Purpose, str]
    scheme: str
    address: str | None
    """Host and port; None is the provider's own."""


def account(settings: SmsSettings) -> Account:
    """The account of the settings. Raises GatewayConfigError."""
    secret = settings.sms_access_key_secret.get_secret_value()
    if not all(key and key.split() == [key] for key in (settings.sms_access_key_id, secret)):
        raise GatewayConfigError("sms_access_key")
    if not settings.sms_sign_name:
        raise GatewayConfigError("sms_sign_name")
    if not settings.sms_template_login or not settings.sms_template_register:
        raise GatewayConfigError("sms_template")
    scheme, address = _endpoint(settings.sms_endpoint)
    return Account(
        settings.sms_access_key_id,
        secret,
        settings.sms_sign_name,
        {
            "login": settings.sms_template_login,
            "confirm": settings.sms_template_login,
            "register": settings.sms_template_register,
            "notice": settings.sms_template_notice,
            "reset": settings.sms_template_reset,
            "factor": settings.sms_template_factor,
        },
        scheme,
        address,
    )


def _endpoint(text: str) -> tuple[str, str | None]:
    if not text:
        return "https", None
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise GatewayConfigError("sms_endpoint") from error
    bare = not (parts.username or parts.query or parts.fragment or parts.path.strip("/"))
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not (host and bare and safe):
        raise GatewayConfigError("sms_endpoint")
    return parts.scheme, parts.netloc


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def provider_code(code: object) -> str:
    """The provider's code, or `answer` where it is none: nothing else of an answer is kept."""
    return code if isinstance(code, str) and CODE.fullmatch(code) else "answer"


def failure(error: Exception) -> Attempt:
    """What an exception out of an SDK means: both sit on requests and urllib3 and wrap what those raise."""
    causes = list(_causes(error))
    if any(
        isinstance(cause, NewConnectionError | ConnectTimeoutError | ssl.SSLCertVerificationError) for cause in causes
    ):
        return refused("connect", again=True)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return unknown("timeout")
    return unknown("interrupted" if any(isinstance(cause, OSError | HTTPError) for cause in causes) else "answer")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    # Aliyun's SDK keeps the cause in an attribute, urllib3 in another.
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__cause__, cause.__context__]
            waiting += [getattr(cause, name, None) for name in ("inner_exception", "reason")]
