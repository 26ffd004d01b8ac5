"""Which gateway the settings name."""

from app.access.sms.contract import Gateway, GatewayConfigError, Message, Receipt, SmsSettings


class OutboxGateway:
    """The demo's: a message is in the outbox as soon as it is stored, nothing is left to do."""

    def send(self, message: Message) -> Receipt:
        """Accepted, always."""
        return Receipt("accepted", message.message_id, "")


def make_gateway(settings: SmsSettings) -> Gateway:
    """The gateway of the settings. Raises GatewayConfigError."""
    match settings.sms_gateway:
        case "outbox":
            return OutboxGateway()
        case "http":
            from app.access.sms.http_gateway import HttpGateway  # noqa: PLC0415  nobody else needs an HTTP client

            return HttpGateway(settings)
        case "aliyun" | "tencent":
            return _provider(settings)


def _provider(settings: SmsSettings) -> Gateway:
    # The SDKs are optional extras: nobody else has to have them installed.
    try:
        if settings.sms_gateway == "aliyun":
            from app.access.sms.aliyun import AliyunGateway  # noqa: PLC0415

            return AliyunGateway(settings)
        from app.access.sms.tencent import TencentGateway  # noqa: PLC0415

        return TencentGateway(settings)
    except ModuleNotFoundError as error:
        raise GatewayConfigError("sms_extra_missing") from error
