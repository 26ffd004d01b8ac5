"""Merging two files of the same person: all that hangs on one goes to the other, and the emptied one closes for good.

The trail stays with the file that it was written for; what moves is taken from the one and added to the other.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.attributes import flag_modified

from app.access import second_factor, sessions
from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.errors import UserError
from app.locale import _
from app.records import trash
from app.signatures import service as signatures
from app.validation import clean_reason, shown
from data.models import Attachment, AuditEntry, Base, Dossier, MobileUse, NoticeChoice, Record, ReviewItem, categories
from data.models.base import utc_now
from data.models.declaration import Category, Field
from data.models.record import APPROVED

_OWN_RULES = {AuditEntry.__tablename__, MobileUse.__tablename__, NoticeChoice.__tablename__}


@dataclass(frozen=True)
class Version:
    """One of two records that are the same, and whether it has an attachment."""

    record: Record
    attached: bool


@dataclass(frozen=True)
class Double:
    """A record that both files have, by the category's declared key: the one that stays, the one for the trash."""

    category: Category
    stays: Version
    goes: Version

    @property
    def differences(self) -> list[tuple[Field, str, str]]:
        """The fields that are not the same, as people read them: of the one that stays, of the other."""
        values = (
            (each, shown(each, getattr(self.stays.record, each.key)), shown(each, getattr(self.goes.record, each.key)))
            for each in self.category.fields
        )
        return [(each, stays, goes) for each, stays, goes in values if stays != goes]


@dataclass(frozen=True)
class Compared:
    """The file that would stay and the one that would be closed, with their photos; pairs are of both, in this order."""

    kept: Dossier
    other: Dossier
    counts: tuple[tuple[Category, int, int], ...]
    waiting: tuple[int, int]
    """Records that wait for review."""
    signed: tuple[datetime | None, datetime | None]
    """When the newest signature was uploaded."""
    secured: tuple[datetime | None, datetime | None]
    """When the person's authenticator app was switched on."""
    doubles: tuple[Double, ...]


@requires(Action.DOSSIER_MERGE)
def compare(db: Session, actor: Actor, dossier_id: uuid.UUID, other_id: uuid.UUID) -> Compared:
    """What a merge into the first file would bring together. Raises UserError (`same_file`, `gone`, `merged`, `closed`)."""
    kept, other = _both(db, dossier_id, other_id, lock=False)
    return Compared(
        kept,
        other,
        tuple((of, _count(db, of.model, kept.id), _count(db, of.model, other.id)) for of in categories()),
        (_count(db, ReviewItem, kept.id), _count(db, ReviewItem, other.id)),
        (signatures.uploaded_at(db, actor, kept.id), signatures.uploaded_at(db, actor, other.id)),
        (second_factor.persons_since(db, kept.id), second_factor.persons_since(db, other.id)),
        tuple(_doubles(db, kept.id, other.id)),
    )


@requires(Action.DOSSIER_MERGE)
def merge(db: Session, actor: Actor, dossier_id: uuid.UUID, other_id: uuid.UUID, reason: str) -> None:
    """Bring the other file into this one, whose identity stays. Raises FieldErrors (`reason`), UserError as `compare`."""
    text = clean_reason(reason)
    kept, other = _both(db, dossier_id, other_id, lock=True)
    for double in _doubles(db, kept.id, other.id):
        trash.put(db, actor, double.category, double.goes.record)
    _keep_one_authenticator(db, kept.id, other.id)
    _move_audited(db, kept.id, other.id)
    _move_rows(db, kept.id, other.id)
    _move_mobiles(db, kept, other)
    sessions.end_all(db, other.id)
    for earlier in db.scalars(select(Dossier).where(Dossier.merged_into == other.id)):
        earlier.merged_into = kept.id
    other.state, other.state_reason, other.merged_into = "closed", text, kept.id
    kept.updated_at = utc_now()
    told = {"merged_from": str(other.id), "reason": text}
    trail.note(db, actor, Action.DOSSIER_MERGE, "dossier", kept.id, dossier_id=kept.id, after=told)


@requires(Action.DOSSIER_VIEW)
def merged_into(db: Session, actor: Actor, dossier_id: uuid.UUID) -> list[Dossier]:
    """The files that were brought into this one, the oldest first."""
    return list(db.scalars(select(Dossier).where(Dossier.merged_into == dossier_id).order_by(Dossier.id)))


def _both(db: Session, dossier_id: uuid.UUID, other_id: uuid.UUID, *, lock: bool) -> tuple[Dossier, Dossier]:
    if dossier_id == other_id:
        raise UserError("same_file", _("这就是同一份档案，请选择另一份"))
    both = select(Dossier).where(Dossier.id.in_((dossier_id, other_id))).options(undefer(Dossier.photo))
    if lock:
        # Always in the same order: two who merge the same files the other way round do not wait for each other.
        both = both.order_by(Dossier.id).with_for_update()
    found = {dossier.id: dossier for dossier in db.scalars(both)}
    if len(found) < 2:
        raise UserError("gone", _("没有这份档案"))
    if any(dossier.merged_into is not None for dossier in found.values()):
        raise UserError("merged", _("其中一份档案早先已并入别的档案，不能再合并"))
    if found[dossier_id].state != "open":
        raise UserError("closed", _("要保留的档案已关闭，请先重新开放"))
    return found[dossier_id], found[other_id]


def _count(db: Session, model: type[Record] | type[ReviewItem], dossier_id: uuid.UUID) -> int:
    return db.scalar(select(func.count()).select_from(model).where(model.dossier_id == dossier_id)) or 0


def _doubles(db: Session, kept_id: uuid.UUID, other_id: uuid.UUID) -> Iterator[Double]:
    attached = set(db.scalars(select(Attachment.record_id).where(Attachment.dossier_id.in_((kept_id, other_id)))))
    for of in categories():
        mine = {_key(of, record): record for record in _records(db, of, kept_id)}
        for record in _records(db, of, other_id):
            known = mine.get(_key(of, record))
            if known is not None:
                # What was approved counts most, then what has its attachment; else the kept file's own stays.
                stays = max(known, record, key=lambda each: (each.review_state == APPROVED, each.id in attached))
                goes = record if stays is known else known
                mine[_key(of, record)] = stays
                yield Double(of, *(Version(each, each.id in attached) for each in (stays, goes)))


def _records(db: Session, of: Category, dossier_id: uuid.UUID) -> list[Record]:
    return list(db.scalars(select(of.model).where(of.model.dossier_id == dossier_id).order_by(of.model.id)))


def _key(of: Category, record: Record) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in of.known_by)


def _keep_one_authenticator(db: Session, kept_id: uuid.UUID, other_id: uuid.UUID) -> None:
    """The kept file's app counts; where that is off, the other's goes along: no log-in becomes weaker than it was."""
    mine, theirs = second_factor.of_person(db, kept_id), second_factor.of_person(db, other_id)
    if mine is not None and theirs is not None:
        db.delete(theirs if mine.second_factor_since else mine)
        db.flush()  # no file has two, not even for a moment


def _move_audited(db: Session, kept_id: uuid.UUID, other_id: uuid.UUID) -> None:
    """Records, attachments, signatures: one flush, so that the index looks at each file once."""
    with db.no_autoflush:
        for mapper in Base.registry.mappers:
            model = mapper.class_
            if not model.audited or "dossier_id" not in mapper.columns:
                continue
            for row in db.scalars(select(model).where(model.dossier_id == other_id)):
                row.dossier_id = kept_id
                if isinstance(row, Record):
                    flag_modified(row, "updated_at")  # its content did not change: an import can still be undone
    db.flush()


def _move_rows(db: Session, kept_id: uuid.UUID, other_id: uuid.UUID) -> None:
    """Whatever else says whose it is: decisions, the queue, the trash, prints, notices. The index follows by itself."""
    for mapper in Base.registry.mappers:
        model = mapper.class_
        if model.audited or "dossier_id" not in mapper.columns or model.__tablename__ in _OWN_RULES:
            continue
        db.execute(update(model).where(model.dossier_id == other_id).values(dossier_id=kept_id))
    # A choice is made for one's own file: that of the file that stays counts.
    if db.scalar(select(NoticeChoice.id).where(NoticeChoice.dossier_id == kept_id)) is None:
        mine = update(NoticeChoice).where(NoticeChoice.dossier_id == other_id)
        db.execute(mine.values(dossier_id=kept_id))
    db.execute(delete(NoticeChoice).where(NoticeChoice.dossier_id == other_id))


def _move_mobiles(db: Session, kept: Dossier, other: Dossier) -> None:
    """The mobile goes along where the kept file has none; that a number was used stays known of the person."""
    known = select(MobileUse.mobile_index).where(MobileUse.dossier_id == kept.id)
    twice = delete(MobileUse).where(MobileUse.dossier_id == other.id, MobileUse.mobile_index.in_(known))
    db.execute(twice.execution_options(synchronize_session=False))
    db.execute(update(MobileUse).where(MobileUse.dossier_id == other.id).values(dossier_id=kept.id))
    mobile, self_service = other.mobile, other.self_service
    other.set_mobile(None)
    other.self_service = None
    db.flush()  # no two files hold one number, not even for a moment
    if mobile is not None and kept.mobile is None:
        kept.set_mobile(mobile)
        kept.self_service = self_service
