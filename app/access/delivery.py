"""Sending SMS: stored first, sent after the commit, so that no code is lost or doubled."""

import logging
import uuid
from datetime import datetime
from functools import cache

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, forbidden, requires
from app.access.sms import Gateway, Message, make_gateway
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database
from data.models import SmsMessage
from data.models.base import new_id

log = logging.getLogger(__name__)


def status_text(status: str) -> str:
    """What became of an SMS, in words; an unknown state reads as itself."""
    words = {"queued": _("待发送"), "accepted": _("已发送"), "refused": _("被拒绝"), "unknown": _("结果未知")}
    return words.get(status, status)


@cache
def gateway() -> Gateway:
    """The gateway of the settings."""
    return make_gateway(settings())


def queue(db: Session, message: Message) -> None:
    """Store a message that is about to be sent, in the transaction of what it tells."""
    db.add(
        SmsMessage(
            id=uuid.UUID(message.message_id),
            mobile=message.mobile,
            text=message.text,
            purpose=message.purpose,
            gateway=settings().sms_gateway,
        )
    )


def send(database: Database, message: Message, through: Gateway) -> None:
    """Send a queued message and note what became of it. Raises UserError when it was refused."""
    receipt = through.send(message)
    with database.write() as db:
        db.execute(
            update(SmsMessage)
            .where(SmsMessage.id == uuid.UUID(message.message_id))
            .values(status=receipt.status, detail=receipt.detail[:200])
        )
    if receipt.status == "refused":
        log.warning("sms %s refused by the gateway", message.message_id)
        raise UserError("sms_refused", _("短信发送失败，请稍后重新获取；多次失败请联系受理窗口"))


def new_message_id() -> str:
    """An id that the gateway sees too, so that a repeated attempt is known as the same."""
    return str(new_id())


@requires(Action.OUTBOX_VIEW)
def outbox(db: Session, actor: Actor, since: datetime | None = None, limit: int = 20) -> list[SmsMessage]:
    """The newest messages of a demo installation. Raises Forbidden elsewhere."""
    if not settings().demo:
        raise forbidden()
    query = select(SmsMessage).order_by(SmsMessage.created_at.desc()).limit(limit)
    return list(db.scalars(query.where(SmsMessage.created_at > since) if since else query))
