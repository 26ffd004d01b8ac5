"""The trash: what was deleted lies here whole for some weeks and comes back with its id, its approval, its attachment."""

import json
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, inspect, select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.errors import UserError
from app.locale import _
from app.records import life
from app.validation import item_alone, shown
from data.clock import database_now
from data.direct import Direct
from data.models import Attachment, Base, Dossier, Record, StaffAccount, TrashItem, category
from data.models.declaration import Category
from data.models.record import SUBMITTED

KEPT_DAYS = 30
PAGE_SIZE = 50
CLEARED_AT_ONCE = 200


class Item(NamedTuple):
    """What lies in the trash, as its list shows it."""

    id: uuid.UUID
    category: str
    kind: str
    subject_id: uuid.UUID
    label: str
    deleted_at: datetime


_OF_FILE = Direct(
    select(*(getattr(TrashItem, name) for name in Item._fields))
    .where(TrashItem.dossier_id == bindparam("owner"))
    .order_by(TrashItem.id.desc())
    .limit(PAGE_SIZE)
)


@dataclass(frozen=True)
class Deleted:
    """What lies in the trash, whose it was, and the member of staff who deleted it, if it was one."""

    item: TrashItem
    person: str
    staff: str


# Values by the name of their type; what JSON knows stands as it is.
_PACK: dict[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    bytes: ("bytes", lambda value: b64encode(value).decode(), b64decode),
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    uuid.UUID: ("uuid", str, uuid.UUID),
}
_UNPACK = {name: unpack for name, _pack, unpack in _PACK.values()}


def put(db: Session, actor: Actor, of: Category, record: Record) -> TrashItem:
    """Delete a record with its attachment into the trash."""
    attachment = db.scalar(select(Attachment).where(Attachment.record_id == record.id))
    parts: list[Record | Attachment] = [record] if attachment is None else [record, attachment]
    if record.review_state == SUBMITTED:
        life.leave_queue(db, record.id)
    return _put(db, actor, of, label_of(of, record), parts)


def put_attachment(db: Session, actor: Actor, of: Category, attachment: Attachment, record: Record | None) -> TrashItem:
    """Delete an attachment alone into the trash; an approved version that has it keeps its own copy."""
    if record is not None:
        life.keep_approved_attachment(db, record, attachment)
    return _put(db, actor, of, attachment.title, [attachment])


def label_of(of: Category, record: Record) -> str:
    """What people know a record by: the kind, and the first column of its list."""
    first = " – ".join(shown(of.field(key), getattr(record, key)) for key in of.columns[0].keys)
    return _("{item}：{name}").format(item=item_alone(of), name=first)


@requires(Action.TRASH_VIEW)
def of_file(db: Session, actor: Actor, dossier_id: uuid.UUID) -> list[Item]:
    """What was deleted from a file, newest first."""
    db.flush()  # what this transaction wrote counts
    return [Item(*row) for row in _OF_FILE.all(db.connection(), owner=dossier_id)]


@requires(Action.TRASH_VIEW)
def everywhere(db: Session, actor: Actor, category: str = "", after: uuid.UUID | None = None) -> list[Deleted]:
    """A page (50) of what lies in the trash of all files, newest first; `after` is the last one of the page before."""
    since = database_now(db) - timedelta(days=KEPT_DAYS)
    query = (
        select(TrashItem, Dossier.name, StaffAccount.display_name)
        .join(Dossier, Dossier.id == TrashItem.dossier_id)
        .outerjoin(StaffAccount, StaffAccount.id == TrashItem.deleted_by)
        .where(TrashItem.deleted_at >= since)
        .order_by(TrashItem.id.desc())
        .limit(PAGE_SIZE)
    )
    if category:
        query = query.where(TrashItem.category == category)
    if after is not None:
        query = query.where(TrashItem.id < after)
    return [Deleted(item, person, staff or "") for item, person, staff in db.execute(query)]


@requires(Action.TRASH_RESTORE)
def restore(db: Session, actor: Actor, dossier_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """Bring back what lies in the trash. Raises UserError (`gone`, `record_gone`, `only_one`)."""
    query = select(TrashItem).where(TrashItem.id == item_id, TrashItem.dossier_id == dossier_id)
    item = db.scalar(query.options(undefer(TrashItem.rows)).with_for_update())
    if item is None:
        raise UserError("gone", _("回收站里已没有这一项，可能已恢复或已过期清除"))
    of = category(item.category)
    restored = [_unpacked(item, part) for part in json.loads(item.rows)]
    if item.kind == "attachment":
        _check_place(db, of, restored[0])
    db.add_all(restored)
    db.delete(item)
    db.flush()
    _take_up_life(db, of, restored[0])


@requires(Action.TRASH_CLEAR)
def clear(db: Session, actor: Actor) -> int:
    """Delete for good what has lain its time, some rows in one go; returns how many."""
    before = database_now(db) - timedelta(days=KEPT_DAYS)
    old = select(TrashItem.id).where(TrashItem.deleted_at < before).order_by(TrashItem.deleted_at)
    ids = db.scalars(old.limit(CLEARED_AT_ONCE)).all()
    db.execute(delete(TrashItem).where(TrashItem.id.in_(ids)))
    return len(ids)


def _put(db: Session, actor: Actor, of: Category, label: str, parts: list[Record | Attachment]) -> TrashItem:
    """Move rows into the trash; the first one names the item."""
    first = parts[0]
    item = TrashItem(
        dossier_id=first.dossier_id,
        category=of.key,
        kind="record" if isinstance(first, Record) else "attachment",
        subject_id=first.id,
        label=label,
        rows=json.dumps([_packed(part) for part in parts], ensure_ascii=False).encode(),
        deleted_at=database_now(db),
        deleted_by=actor.subject_id,
        deleted_by_role=actor.role.value,
    )
    db.add(item)
    for part in reversed(parts):
        db.delete(part)
    db.flush()
    return item


def _check_place(db: Session, of: Category, attachment: Base) -> None:
    assert isinstance(attachment, Attachment)  # noqa: S101  what an item of this kind holds
    if db.get(of.model, attachment.record_id) is None:
        raise UserError("record_gone", _("这份附件的记录也已删除，请先恢复记录"))
    if db.scalar(select(Attachment.id).where(Attachment.record_id == attachment.record_id)) is not None:
        raise UserError("only_one", _("这条记录已有另一份附件，请先删除再恢复"))


def _take_up_life(db: Session, of: Category, first: Base) -> None:
    """A record that waited goes on waiting; one that gets its attachment back has changed."""
    if isinstance(first, Record) and first.review_state == SUBMITTED and first.submitted_at is not None:
        life.enter_queue(db, of, first, first.submitted_at)
    elif isinstance(first, Attachment):
        life.touch(db, of, db.get_one(of.model, first.record_id))


def _packed(part: Base) -> dict[str, Any]:
    values = {}
    for column in inspect(type(part)).column_attrs:
        value = getattr(part, column.key)
        kind = _PACK.get(type(value))
        values[column.key] = value if kind is None else {kind[0]: kind[1](value)}
    return {"table": part.__tablename__, "values": values}


def _unpacked(item: TrashItem, part: dict[str, Any]) -> Base:
    values = {}
    for key, value in part["values"].items():
        if isinstance(value, dict):
            ((kind, text),) = value.items()
            values[key] = _UNPACK[kind](text)
        else:
            values[key] = value
    # A merge may have moved the item to another file meanwhile.
    values["dossier_id"] = item.dossier_id
    model = Attachment if part["table"] == Attachment.__tablename__ else category(item.category).model
    restored: Base = model(**values)
    return restored
