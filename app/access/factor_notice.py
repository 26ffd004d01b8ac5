"""A practitioner is told by SMS what became of the authenticator app: who did not do it hears that somebody did."""

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.access import delivery
from app.access.sms import Gateway, Message
from app.access.sms.contract import Purpose
from app.errors import UserError
from app.notices import choices
from data.engine import Database
from data.models import Dossier


def queue(db: Session, dossier_id: uuid.UUID, purpose: Purpose, text: Callable[[str], str]) -> Message | None:
    """Store the SMS (`text` of a language) in the transaction of what it tells; None without a mobile to send it to."""
    mobile = db.get_one(Dossier, dossier_id).mobile
    if mobile is None:
        return None
    told = text(choices.language_of(db, dossier_id))
    message = Message(
        mobile=mobile, purpose=purpose, code="", text=told, seconds=0, message_id=delivery.new_message_id()
    )
    delivery.queue(db, message)
    return message


def send(database: Database, message: Message | None, through: Gateway) -> bool:
    """Send it after the commit; whether it was sent. What was done stands."""
    if message is None:
        return False
    try:
        delivery.send(database, message, through)
    except UserError:
        return False
    return True
