"""Sending what waits, one notice after the other: lost rather than doubled when a server dies in between."""

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import preferences
from app.access import delivery
from app.access.rights import SYSTEM, Action, Actor, requires
from app.access.sms import Gateway, Message
from app.audit import trail
from app.dossiers.service import today
from app.errors import UserError
from app.notices import choices, texts
from data.clock import database_now
from data.engine import Database
from data.models import Decision, Dossier, Notice, Record, category

MOST_TRIES = 3
PAUSE = timedelta(minutes=15)
"""Between the tries of a notice that the gateway refused."""
LONGEST_SECONDS = 1_800.0


@dataclass(frozen=True)
class Taken:
    """A notice that is about to be sent."""

    notice_id: uuid.UUID
    message: Message


def send_waiting(database: Database, through: Gateway) -> int:
    """Send every notice that is due; returns how many were handed over. What goes wrong with one stops no other."""
    sent, began = 0, time.monotonic()
    while time.monotonic() - began < LONGEST_SECONDS:
        with database.write() as db:
            taken = take(db, SYSTEM)
        if taken is None:
            break
        try:
            delivery.send(database, taken.message, through)
        except UserError:
            with database.write() as db:
                refused(db, SYSTEM, taken.notice_id)
        else:
            sent += 1
    return sent


@requires(Action.NOTICE_SEND)
def take(db: Session, actor: Actor) -> Taken | None:
    """The next notice that is due, marked as sent with its SMS stored; what need not be told any more is dropped."""
    waiting = select(Notice).where(Notice.state == "waiting", Notice.due_at <= database_now(db))
    waiting = waiting.order_by(Notice.due_at, Notice.id).limit(1).with_for_update(skip_locked=True)
    while (notice := db.scalar(waiting)) is not None:
        dossier = db.get_one(Dossier, notice.dossier_id)
        text = _text(db, notice, dossier)
        if text is None or dossier.mobile is None:
            db.delete(notice)
            db.flush()
            continue
        return _taken(db, actor, notice, dossier.mobile, text)
    return None


@requires(Action.NOTICE_SEND)
def refused(db: Session, actor: Actor, notice_id: uuid.UUID) -> None:
    """Let a notice wait for another try, or give it up."""
    notice = db.get_one(Notice, notice_id)
    if notice.tries < MOST_TRIES:
        notice.state, notice.due_at = "waiting", database_now(db) + PAUSE * notice.tries
    else:
        notice.state = "failed"


def _taken(db: Session, actor: Actor, notice: Notice, mobile: str, text: str) -> Taken:
    message = Message(
        mobile=mobile, purpose="notice", code="", text=text, seconds=0, message_id=delivery.new_message_id()
    )
    notice.state, notice.message_id = "sent", uuid.UUID(message.message_id)
    notice.tries += 1
    delivery.queue(db, message)
    told = {"category": notice.category, "expires_on": notice.expires_on and notice.expires_on.isoformat()}
    trail.note(db, actor, Action.NOTICE_SEND, "notice", notice.id, dossier_id=notice.dossier_id, after=told)
    return Taken(notice.id, message)


def _text(db: Session, notice: Notice, dossier: Dossier) -> str | None:
    """What is to be told; None where it no longer is."""
    of = category(notice.category)
    record: Record | None = db.get(of.model, notice.record_id)
    if record is None or dossier.state != "open":
        return None
    now = preferences.current(db)
    language = choices.language_of(db, dossier.id)
    if notice.expires_on is not None:
        days = (getattr(record, field.key) for field in of.fields if field.finds == "expiry")
        still = now.expiry_notices and notice.expires_on >= today() and notice.expires_on in days
        return texts.expiring(of, record, notice.expires_on, language) if still else None
    decision = db.get(Decision, notice.decision_id)
    if decision is None or decision.undone_at is not None:
        return None
    if not now.review_notices or not choices.wants_review(db, dossier.id):
        return None
    return texts.decided(of, record, decision.outcome, decision.reason or "", language)
