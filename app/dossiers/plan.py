"""From the parts of a search to the statement that reads one page in order, without reading more than it must."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.dossiers.box import meanings
from app.dossiers.parts import MANY, MOST_STREAMS, Part, filters, resolve
from app.dossiers.wanted import Cursor, Wanted
from data.models import search_entry, search_expiry, search_posting

Place = tuple[str, uuid.UUID]
"""A file's place in the order: what it is sorted by (empty for newest and oldest), and its id."""


def places(db: Session, wanted: Wanted, limit: int, today: date) -> list[Place]:
    """The first `limit` files from the cursor on, in the order of the list."""
    means = meanings(db, wanted.text, by_name=wanted.order in {"name", "name_down"})
    if not means and wanted.text.strip():
        return []
    fixed = filters(wanted)
    found: dict[uuid.UUID, Place] = {}
    for conditions in means or [()]:
        parts = resolve(db, (*conditions, *fixed), wanted, today)
        if parts is not None:
            for key, dossier_id in db.execute(statement(parts, wanted, limit, today)):
                found[dossier_id] = (_text(key), dossier_id)
    backwards = _descends(wanted)
    ordered = sorted(found.values(), key=lambda place: (place[0].encode(), place[1]), reverse=backwards)[:limit]
    return ordered[::-1] if wanted.cursor and wanted.cursor.back else ordered


def _text(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _descends(wanted: Wanted) -> bool:
    back = wanted.cursor is not None and wanted.cursor.back
    return (wanted.order in {"newest", "name_down"}) != back


def statement(parts: list[Part], wanted: Wanted, limit: int, today: date) -> Select[Any]:
    """The statement that reads one page of the files for which all parts hold."""
    match wanted.order:
        case "newest" | "oldest":
            return _by_id(parts, wanted, limit)
        case "name" | "name_down":
            table, key, scope = search_entry, search_entry.c.sort_name, None
        case "expiry":
            table, key = search_expiry, search_expiry.c.expires_on
            scope = _next_expiry(today)
    return _by_key(parts, wanted, limit, (table, key, scope))


def _by_id(parts: list[Part], wanted: Wanted, limit: int) -> Select[Any]:
    first = parts[0] if parts else None
    if first is not None and first.terms and first.size > MANY and 1 < len(first.terms) <= MOST_STREAMS:
        streams = [_stream(term, parts[1:], wanted, limit) for term in first.terms]
        merged = union_all(*(select(stream.subquery()) for stream in streams)).subquery()
        return _ordered(select(literal(""), merged.c.owner_id).distinct(), merged.c.owner_id, wanted, limit)
    if first is not None and first.ids is not None and (first.size <= MANY or first.terms):
        (owner,) = first.ids.selected_columns
        query = first.ids.with_only_columns(literal(""), owner)
        if len(first.terms) != 1:
            query = query.distinct()
        return _ordered(_checked(query, parts[1:], owner), owner, wanted, limit)
    owner = search_entry.c.dossier_id
    return _ordered(_checked(select(literal(""), owner), parts, owner), owner, wanted, limit)


def _stream(term: int, others: list[Part], wanted: Wanted, limit: int) -> Select[Any]:
    owner = search_posting.c.owner_id
    query = select(owner).where(search_posting.c.term == term)
    return _ordered(_checked(query, others, owner), owner, wanted, limit)


def _by_key(
    parts: list[Part], wanted: Wanted, limit: int, by: tuple[Any, ColumnElement[Any], ColumnElement[bool] | None]
) -> Select[Any]:
    table, key, scope = by
    owner = table.c.dossier_id
    first = parts[0] if parts else None
    sorted_by: ColumnElement[Any] = key
    if first is not None and first.ids is not None and first.size <= MANY:
        few = first.ids.distinct().subquery()
        (few_owner,) = few.c
        query = select(key, owner).select_from(few.join(table, owner == few_owner))
        parts = parts[1:]
    else:
        query = select(key, owner).select_from(table).where(*_beginnings(parts, key))
    if scope is not None:
        query = query.where(scope)
    return _ordered(_checked(query, parts, owner), owner, wanted, limit, sorted_by)


def _beginnings(parts: list[Part], key: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
    """Of a list sorted by name only the stretch in which files can be: a common surname may stand at its end."""
    if key is search_entry.c.sort_name:
        for part in parts:
            if part.begins:
                yield from (key >= part.begins, key < part.begins[:-1] + chr(ord(part.begins[-1]) + 1))


def _next_expiry(start: date) -> ColumnElement[bool]:
    """A person stands once in a list by expiry: at the next day from `start` on."""
    sooner = search_expiry.alias("sooner")
    here = search_expiry.c
    return and_(
        here.expires_on >= start,
        ~exists().where(
            sooner.c.dossier_id == here.dossier_id,
            sooner.c.expires_on >= start,
            tuple_(sooner.c.expires_on, sooner.c.category) < tuple_(here.expires_on, here.category),
        ),
    )


def _checked(query: Select[Any], parts: list[Part], owner: ColumnElement[Any]) -> Select[Any]:
    return query.where(*(part.check(owner) for part in parts))


def _ordered(
    query: Select[Any],
    owner: ColumnElement[Any],
    wanted: Wanted,
    limit: int,
    key: ColumnElement[Any] | None = None,
) -> Select[Any]:
    down = _descends(wanted)
    if wanted.cursor:
        query = query.where(_beyond(wanted.cursor, owner, key, down=down))
    columns = [owner] if key is None else [key, owner]
    return query.order_by(*(column.desc() if down else column for column in columns)).limit(limit)


def _beyond(
    cursor: Cursor, owner: ColumnElement[Any], key: ColumnElement[Any] | None, *, down: bool
) -> ColumnElement[bool]:
    if key is None:
        return owner < cursor.dossier_id if down else owner > cursor.dossier_id
    value: Any = date.fromisoformat(cursor.key) if key is search_expiry.c.expires_on else cursor.key
    here = tuple_(key, owner)
    there = tuple_(literal(value, key.type), literal(cursor.dossier_id, owner.type))
    return here < there if down else here > there
