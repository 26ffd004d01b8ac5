"""Aliyun (阿里云短信服务): SendSms of 2017-05-25 through its own SDK, an optional extra."""

import json

from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import SendSmsRequest
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config

from app.access.sms.attempts import Attempt, accepted, by_status, deliver, refused, unknown
from app.access.sms.contract import Message, Receipt, SmsSettings
from app.access.sms.providers import account, failure, provider_code
from app.access.sms.quiet import quieten
from app.access.sms.templates import national_number


class AliyunGateway:
    """Sends through Aliyun. Raises GatewayConfigError when made of wrong settings."""

    def __init__(self, settings: SmsSettings) -> None:
        self._account = account(settings)
        milliseconds = max(1, round(settings.sms_timeout_seconds * 1000))
        quieten("darabonba-core", "alibabacloud-tea", "urllib3.connectionpool")
        # Without retry options the SDK tries once: when to try again is ours to say.
        self._client = Client(
            Config(
                access_key_id=self._account.key_id,
                access_key_secret=self._account.secret,
                region_id=settings.sms_region or "cn-hangzhou",
                protocol=self._account.scheme,
                endpoint=self._account.address,
                connect_timeout=milliseconds,
                read_timeout=milliseconds,
            )
        )

    def send(self, message: Message) -> Receipt:
        """Send, at most twice."""
        template = self._account.templates[message.purpose]
        if not template:
            return refused("template").receipt
        request = SendSmsRequest(
            phone_numbers=_number(message.mobile),
            sign_name=self._account.sign_name,
            template_code=template,
            template_param=json.dumps({"code": message.code}) if message.code else None,
            out_id=message.message_id,
        )
        return deliver(lambda: self._attempt(request), message.message_id)

    def _attempt(self, request: SendSmsRequest) -> Attempt:
        try:
            body = self._client.send_sms(request).body
        except AlibabaCloudException as error:
            return _refusal(error.status_code, provider_code(error.code))
        except Exception as error:  # noqa: BLE001 - the SDK lets everything through, and a caller never sees it
            return failure(error)
        code = getattr(body, "code", None)
        if code == "OK":
            return accepted(body.biz_id or "")
        return refused(provider_code(code)) if code else unknown("answer")


def _number(mobile: str) -> str:
    """Eleven digits at home, country code and number without a plus elsewhere."""
    return national_number(mobile) if mobile.startswith("+86") else mobile.removeprefix("+")


def _refusal(status: int, code: str) -> Attempt:
    if status >= 500 or status == 429:
        return by_status(status)
    return refused(code, again=code.startswith("Throttling"))
