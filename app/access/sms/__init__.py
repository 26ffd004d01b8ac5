"""SMS leave here, through the gateway that the settings name."""

from app.access.sms.contract import Gateway, GatewayConfigError, Message, Receipt, SmsSettings
from app.access.sms.gateway import make_gateway

__all__ = ["Gateway", "GatewayConfigError", "Message", "Receipt", "SmsSettings", "make_gateway"]
