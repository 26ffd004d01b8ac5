"""The audit as administrators read it: filtered, a page at a time, with names and a readable difference."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import literal_column, or_, select
from sqlalchemy.orm import Session

from app.access.mobiles import parse_mobile
from app.access.rights import Action, Actor, requires
from app.audit.words import HIDDEN, field_name, value_word
from app.dossiers.documents import normalise_number
from app.errors import UserError
from app.locale import _, listed
from app.moments import to_the_minute
from app.validation import in_declared_order, label, normalise, shown
from data.models import AuditEntry, Base, Dossier, StaffAccount
from data.models.audit import OF_STAFF
from data.models.declaration import Field, fields_of
from data.models.dossier import mobile_index, number_index

PAGE_SIZE = 50
MASKED = {"number", "mobile", "address"}
"""Of these a list shows the ends only."""
LONGEST_VALUE = 60


@dataclass(frozen=True)
class Wanted:
    """What to show: None means any."""

    actor_id: uuid.UUID | None = None
    """Of the staff; what practitioners did is found by their files."""
    dossier_id: uuid.UUID | None = None
    action: str | None = None


@dataclass(frozen=True)
class Change:
    """One field: what it is called, before and after, as people read them; "" where there was nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """A row of the audit with the names that belong to it."""

    entry: AuditEntry
    who: str
    whose: str
    changes: tuple[Change, ...]


@requires(Action.AUDIT_VIEW)
def page(db: Session, actor: Actor, wanted: Wanted, before: int | None = None) -> list[Line]:
    """A page (50) of the audit, newest first; `before` is the last number of the page before."""
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(PAGE_SIZE)
    for column, value in (
        (AuditEntry.actor_id, wanted.actor_id),
        (AuditEntry.dossier_id, wanted.dossier_id),
        (AuditEntry.action, wanted.action),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.actor_id is not None:
        query = query.where(literal_column(OF_STAFF))
    if before is not None:
        query = query.where(AuditEntry.number < before)
    entries = db.scalars(query).all()
    names = _names(db, entries)
    return [
        Line(entry, names.get(entry.actor_id, ""), names.get(entry.dossier_id, ""), changes_of(entry))
        for entry in entries
    ]


@requires(Action.AUDIT_VIEW)
def staff_names(db: Session, actor: Actor) -> dict[uuid.UUID, str]:
    """Everybody of the staff by name, to choose from."""
    query = select(StaffAccount.id, StaffAccount.display_name).order_by(StaffAccount.display_name)
    return {row[0]: row[1] for row in db.execute(query)}


@requires(Action.AUDIT_VIEW)
def people(db: Session, actor: Actor, text: str) -> list[uuid.UUID]:
    """Whom a whole document number, a whole mobile or a whole name means; at most two."""
    index = [Dossier.number_index == number_index(normalise_number(text)), Dossier.name == normalise(text)]
    with suppress(UserError):
        index.append(Dossier.mobile_index == mobile_index(parse_mobile(text)))
    return list(db.scalars(select(Dossier.id).where(or_(*index)).limit(2)))


def changes_of(entry: AuditEntry) -> tuple[Change, ...]:
    """The difference that a row records, in the words of the declarations."""
    before, after = entry.before or {}, entry.after or {}
    fields = _fields(entry.subject)
    changes = (
        Change(_name(key, fields), _value(key, before, fields), _value(key, after, fields))
        for key in in_declared_order({*before, *after}, fields)
        if key not in HIDDEN and before.get(key) != after.get(key)
    )
    return tuple(change for change in changes if change.before or change.after)


def _names(db: Session, entries: Sequence[AuditEntry]) -> dict[uuid.UUID | None, str]:
    ids = {found for entry in entries for found in (entry.actor_id, entry.dossier_id) if found}
    names: dict[uuid.UUID | None, str] = {}
    for column, name in ((Dossier.id, Dossier.name), (StaffAccount.id, StaffAccount.display_name)):
        names |= {row[0]: row[1] for row in db.execute(select(column, name).where(column.in_(ids)))}
    return names


def _fields(table: str) -> dict[str, Field]:
    model = next((mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table), None)
    return {field.key: field for field in fields_of(model)} if model else {}


def name_of(table: str, key: str) -> str:
    """What a column is called."""
    return _name(key, _fields(table))


def _name(key: str, fields: Mapping[str, Field]) -> str:
    return label(fields[key]) if key in fields else field_name(key)


def _value(key: str, values: Mapping[str, Any], fields: Mapping[str, Field]) -> str:
    value = values.get(key)
    if value is None or value == "":
        return ""
    if key in MASKED:
        return masked(str(value))
    if key in fields:
        field = fields[key]
        value = date.fromisoformat(value) if field.kind == "day" and isinstance(value, str) else value
        return shown(field, value)[:LONGEST_VALUE]
    return _plain(key, value)[:LONGEST_VALUE]


def _plain(key: str, value: object) -> str:
    match value:
        case bool():
            return _("是") if value else _("否")
        case str() if value.startswith("sha256:"):
            return _("文件 {digest}").format(digest=value[7:19])
        case str():
            return value_word(key, _moment(value))
        case list():
            return listed(_plain(key, each) for each in value)
        case _:
            return str(value)


def _moment(text: str) -> str:
    try:
        return to_the_minute(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def masked(text: str) -> str:
    """A personal text with its ends only: nothing of a short one."""
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > 7 else "*" * len(text)
