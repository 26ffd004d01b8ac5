"""Reads what an export writes: rows of people or of a category, some thousand at a time, each in a short transaction."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, select, type_coerce

from app.access.rights import Actor
from app.dossiers import search
from app.dossiers.wanted import Wanted
from app.transfer.targets import OWNER_PREFIX, TableColumn, Target
from data.engine import Database
from data.models import Base, Dossier

ROWS_AT_ONCE = 2_000
Rows = Sequence[Any]
PEOPLE_TABLE = Dossier.__tablename__
tables = Base.metadata.tables


def batches(
    database: Database, actor: Actor, target: Target, columns: Sequence[TableColumn], wanted: Wanted
) -> Iterator[Rows]:
    """The values of `columns`, row by row, each row's id after them: of all, or of the files that are wanted."""
    as_text = database.engine.dialect.name == "sqlite"
    table = tables[PEOPLE_TABLE if target.category is None else target.category.model.__tablename__]
    chosen = [_column(table, column, as_text=as_text) for column in columns]
    query = select(*chosen, type_coerce(table.c.id, String) if as_text else table.c.id)
    if target.category is not None and any(column.key.startswith(OWNER_PREFIX) for column in columns):
        query = query.select_from(table.join(tables[PEOPLE_TABLE]))
    if wanted == Wanted():
        yield from _all(database, query, table)
        return
    of_file = table.c.id if target.category is None else table.c.dossier_id
    for ids in _wanted_ids(database, actor, wanted):
        with database.read() as db:
            found = db.execute(query.where(of_file.in_(ids))).all()
        if target.category is None:
            place = {dossier_id: number for number, dossier_id in enumerate(ids)}
            found = sorted(found, key=lambda row: place[_uuid(row[-1])])
        yield found


def _all(database: Database, query: Select[Any], table: Table) -> Iterator[Rows]:
    last: object = None
    page = query.order_by(table.c.id).limit(ROWS_AT_ONCE)
    while True:
        with database.read() as db:
            found = db.execute(page if last is None else page.where(table.c.id > _uuid(last))).all()
        if found:
            yield found
        if len(found) < ROWS_AT_ONCE:
            return
        last = found[-1][-1]


def _uuid(stored: object) -> uuid.UUID:
    return stored if isinstance(stored, uuid.UUID) else uuid.UUID(str(stored))


def _wanted_ids(database: Database, actor: Actor, wanted: Wanted) -> Iterator[list[uuid.UUID]]:
    with database.read() as db:
        yield from search.ids(db, actor, wanted)


def _column(table: Table, column: TableColumn, *, as_text: bool) -> ColumnElement[Any]:
    source = tables[PEOPLE_TABLE] if column.key.startswith(OWNER_PREFIX) else table
    found: ColumnElement[Any] = source.c[column.key.removeprefix(OWNER_PREFIX)]
    # SQLite keeps days and ids as text: there is no need to make objects of all of them first.
    return type_coerce(found, String) if as_text and column.field.kind == "day" else found
