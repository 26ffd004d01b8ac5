"""A practitioner's phone with the authenticator app is lost: the window, which has person and card before it, resets it."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app.access import factor_notice, second_factor, sessions
from app.access.rights import Action, Actor, authorise, requires
from app.access.sms import Gateway, Message
from app.notices import texts
from app.validation import clean_reason
from data.engine import Database


@requires(Action.AUTHENTICATOR_RESET)
def since(db: Session, actor: Actor, dossier_id: uuid.UUID) -> datetime | None:
    """When the person switched the app on; None while it is off."""
    return second_factor.persons_since(db, dossier_id)


def reset(database: Database, through: Gateway, actor: Actor, dossier_id: uuid.UUID, reason: str) -> bool:
    """Switch the app off, end the person's log-ins and tell the person by SMS; returns whether that was sent.

    Raises FieldErrors (`reason`).
    """
    authorise(actor, Action.AUTHENTICATOR_RESET, dossier_id)
    with database.write() as db:
        message = _reset(db, actor, dossier_id, reason)
    return factor_notice.send(database, message, through)  # else the clerk tells the person, who is there


@requires(Action.AUTHENTICATOR_RESET)
def _reset(db: Session, actor: Actor, dossier_id: uuid.UUID, reason: str) -> Message | None:
    """Returns the SMS to send, if there is a mobile to send one to."""
    text = clean_reason(reason)
    found = second_factor.of_person(db, dossier_id)
    if found is None or found.second_factor_since is None:
        return None
    found.reset_reason = text
    second_factor.switch_off(db, found)
    sessions.end_all(db, dossier_id)
    return factor_notice.queue(db, dossier_id, "reset", texts.authenticator_reset)
