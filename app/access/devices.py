"""Browsers that somebody has logged in with: what strangers try elsewhere does not use up their tries."""

import uuid

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.tokens import new_token, token_hash
from data.clock import database_now
from data.models import KnownDevice

MOST = 5
"""Kept for one person; the one not used for longest goes."""
DAYS = 180
"""How long a browser keeps its cookie."""


def known_to(db: Session, token: str) -> frozenset[uuid.UUID]:
    """Whom the browser with this token belongs to."""
    query = select(KnownDevice.subject_id).where(KnownDevice.token_hash == token_hash(token))
    return frozenset(db.scalars(query)) if token else frozenset()


def remember(db: Session, token: str, subject_id: uuid.UUID) -> str:
    """Note that this person logged in with the browser; returns its new token, so that none can be planted."""
    fresh = new_token()
    now = database_now(db)
    db.execute(
        update(KnownDevice).where(KnownDevice.token_hash == token_hash(token)).values(token_hash=token_hash(fresh))
    )
    mine = select(KnownDevice.id).where(
        KnownDevice.token_hash == token_hash(fresh), KnownDevice.subject_id == subject_id
    )
    known = db.scalar(mine)
    if known is None:
        db.add(KnownDevice(token_hash=token_hash(fresh), subject_id=subject_id, used_at=now))
        db.flush()
    else:
        db.execute(update(KnownDevice).where(KnownDevice.id == known).values(used_at=now))
    newest = select(KnownDevice.id).where(KnownDevice.subject_id == subject_id)
    kept = newest.order_by(KnownDevice.used_at.desc(), KnownDevice.id.desc()).limit(MOST).scalar_subquery()
    db.execute(delete(KnownDevice).where(KnownDevice.subject_id == subject_id, KnownDevice.id.not_in(kept)))
    return fresh
