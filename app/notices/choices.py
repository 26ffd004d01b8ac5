"""What a person chose about notices, and the language that they are written in."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.locale import SOURCE_LANGUAGE, current_language
from data.engine import insert_missing
from data.models import NoticeChoice
from data.models.base import new_id


@requires(Action.NOTICE_CHOOSE)
def about_review(db: Session, actor: Actor, dossier_id: uuid.UUID) -> bool:
    """Whether the person wants to be told what reviewers decided."""
    return wants_review(db, dossier_id)


@requires(Action.NOTICE_CHOOSE)
def choose(db: Session, actor: Actor, dossier_id: uuid.UUID, *, about_review: bool) -> None:
    """Choose it, or not; on record."""
    row = _row(db, dossier_id)
    if row.about_review != about_review:
        before, after = {"about_review": row.about_review}, {"about_review": about_review}
        row.about_review = about_review
        trail.note(
            db, actor, Action.NOTICE_CHOOSE, "notice_choice", row.id, dossier_id=dossier_id, before=before, after=after
        )


def wants_review(db: Session, dossier_id: uuid.UUID) -> bool:
    """Whether a person chose to be told; asked in the transaction of a decision."""
    return bool(db.scalar(select(NoticeChoice.about_review).where(NoticeChoice.dossier_id == dossier_id)))


def remember_language(db: Session, dossier_id: uuid.UUID) -> None:
    """Note the language in use as the person's."""
    if language_of(db, dossier_id) != current_language():
        _row(db, dossier_id).language = current_language()


def language_of(db: Session, dossier_id: uuid.UUID) -> str:
    """The language of a person; Chinese where none is known."""
    return db.scalar(select(NoticeChoice.language).where(NoticeChoice.dossier_id == dossier_id)) or SOURCE_LANGUAGE


def _row(db: Session, dossier_id: uuid.UUID) -> NoticeChoice:
    new = {"id": new_id(), "dossier_id": dossier_id, "about_review": False, "language": current_language()}
    insert_missing(db, NoticeChoice.__table__, [new])  # type: ignore[arg-type]
    return db.scalars(select(NoticeChoice).where(NoticeChoice.dossier_id == dossier_id)).one()
