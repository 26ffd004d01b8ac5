"""Tencent Cloud (腾讯云短信): SendSms of 2021-01-11 through its own SDK, an optional extra."""

from requests import Response
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from app.access.sms.attempts import Attempt, accepted, by_status, deliver, refused, unknown
from app.access.sms.contract import GatewayConfigError, Message, Receipt, SmsSettings
from app.access.sms.providers import account, failure, provider_code
from app.access.sms.quiet import quieten


class _WrongStatus(TencentCloudSDKException):  # type: ignore[misc] # the SDK has no types
    def __init__(self, status: int) -> None:
        super().__init__("HttpStatus")
        self.status = status


class _Client(SmsClient):  # type: ignore[misc] # the SDK has no types
    """The SDK's client, which tells the HTTP status where the SDK drops it."""

    def _check_status(self, resp_inter: Response) -> None:
        if resp_inter.status_code != 200:
            raise _WrongStatus(resp_inter.status_code)


class TencentGateway:
    """Sends through Tencent Cloud. Raises GatewayConfigError when made of wrong settings."""

    def __init__(self, settings: SmsSettings) -> None:
        self._account = account(settings)
        if not settings.sms_app_id:
            raise GatewayConfigError("sms_app_id")
        self._app_id = settings.sms_app_id
        quieten("tencentcloud_sdk_common", "urllib3.connectionpool")
        # A profile without a retryer tries once: when to try again is ours to say.
        self._client = _Client(
            Credential(self._account.key_id, self._account.secret),
            settings.sms_region or "ap-guangzhou",
            ClientProfile(
                httpProfile=HttpProfile(
                    protocol=self._account.scheme,
                    endpoint=self._account.address,
                    reqTimeout=settings.sms_timeout_seconds,
                )
            ),
        )

    def send(self, message: Message) -> Receipt:
        """Send, at most twice."""
        template = self._account.templates[message.purpose]
        if not template:
            return refused("template").receipt
        request = SendSmsRequest()
        request.PhoneNumberSet = [message.mobile]
        request.SmsSdkAppId = self._app_id
        request.SignName = self._account.sign_name
        request.TemplateId = template
        request.TemplateParamSet = [message.code] if message.code else []
        request.SessionContext = message.message_id
        return deliver(lambda: self._attempt(request), message.message_id)

    def _attempt(self, request: SendSmsRequest) -> Attempt:
        try:
            statuses = self._client.SendSms(request).SendStatusSet
        except _WrongStatus as error:
            return by_status(error.status)
        except TencentCloudSDKException as error:
            return _refusal(error)
        if not statuses:
            return unknown("answer")
        if statuses[0].Code == "Ok":
            return accepted(statuses[0].SerialNo or "")
        return refused(provider_code(statuses[0].Code))


def _refusal(error: TencentCloudSDKException) -> Attempt:
    """The SDK gives its own class to everything: only what the service answered has a request id."""
    code = provider_code(error.code)
    if not error.requestId:
        return failure(error)
    if code.startswith("InternalError"):
        return unknown(code)
    return refused(code, again=code.startswith("RequestLimitExceeded"))
