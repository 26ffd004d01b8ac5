"""Reads what an export writes: rows of people or of a category, some thousand at a time, each in a short transaction."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, select, type_coerce

from app.access.rights import Actor
from app.dossiers import search
from app.dossiers.wanted import Wanted
from app.transfer.targets import OWNER_PREFIX, TableColumn, Target
from data.engine import Database
from data.models import Dossier

ROWS_AT_ONCE = 2_000
Rows = list[tuple[Any, ...]]


def batches(
    database: Database, actor: Actor, target: Target, columns: Sequence[TableColumn], wanted: Wanted
) -> Iterator[Rows]:
    """The values of `columns`, row by row: of all files or records, or of those of the files that are wanted."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    chosen = [_column(target, column, as_text=is_sqlite) for column in columns]
    model: Any = Dossier if target.category is None else target.category.model
    query = select(model.id, *chosen)
    if target.category is not None and any(column.key.startswith(OWNER_PREFIX) for column in columns):
        query = query.join(Dossier, Dossier.id == model.dossier_id)
    if wanted == Wanted():
        yield from _all(database, query, model)
        return
    of_file = model.id if target.category is None else model.dossier_id
    for ids in _wanted_ids(database, actor, wanted):
        with database.read() as db:
            found = [tuple(row) for row in db.execute(query.where(of_file.in_(ids)))]
        if target.category is None:
            place = {dossier_id: number for number, dossier_id in enumerate(ids)}
            found.sort(key=lambda row: place[row[0]])
        yield [row[1:] for row in found]


def _all(database: Database, query: Select[Any], model: type[Any]) -> Iterator[Rows]:
    last: uuid.UUID | None = None
    page = query.order_by(model.id).limit(ROWS_AT_ONCE)
    while True:
        with database.read() as db:
            found = db.execute(page.where(model.id > last) if last else page).all()
        if found:
            yield [tuple(row)[1:] for row in found]
        if len(found) < ROWS_AT_ONCE:
            return
        last = found[-1][0]


def _wanted_ids(database: Database, actor: Actor, wanted: Wanted) -> Iterator[list[uuid.UUID]]:
    with database.read() as db:
        yield from search.ids(db, actor, wanted)


def _column(target: Target, column: TableColumn, *, as_text: bool) -> ColumnElement[Any]:
    is_persons = target.category is None or column.key.startswith(OWNER_PREFIX)
    model: Any = Dossier if is_persons else target.category.model if target.category else Dossier
    found: ColumnElement[Any] = getattr(model, column.key.removeprefix(OWNER_PREFIX))
    # SQLite keeps days as the text that a table shows: there is no need to make dates of it first.
    return type_coerce(found, String) if as_text and column.field.kind == "day" else found
