"""Counts behind the dashboard: kept with every change as small rows that are added up, never one hot row.

Reading adds up what is there; a periodic run folds many rows into one. Both see the same sums at every moment.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from app.dossiers.terms import Dimension
from app.jobs.schedule import periodic
from data.direct import Direct
from data.engine import Database
from data.models import tally_row
from data.models.base import new_id

Counts = Counter[tuple[Dimension, str]]
_NOTE = Direct(insert(tally_row))
FOLDED_AT_ONCE = 20_000


def add(connection: Connection, changes: Counts) -> None:
    """Note changes of counts, in the transaction of what changed them."""
    _NOTE.each(
        connection,
        [
            {"id": new_id(), "dimension": dimension, "value": value, "change": change}
            for (dimension, value), change in changes.items()
            if change
        ],
    )


def counts(db: Session, *dimensions: Dimension) -> dict[Dimension, dict[str, int]]:
    """The counts of some dimensions, by value."""
    table = tally_row.c
    query = (
        select(table.dimension, table.value, func.sum(table.change))
        .where(table.dimension.in_(dimensions))
        .group_by(table.dimension, table.value)
    )
    found: dict[Dimension, dict[str, int]] = {each: {} for each in dimensions}
    for dimension, value, total in db.execute(query):
        if total:
            found[dimension][value] = int(total)
    return found


def replace(db: Session, made: Counts) -> None:
    """Put counts made anew in place of those kept."""
    db.execute(delete(tally_row))
    add(db.connection(), made)


def fold(db: Session) -> int:
    """Make one row of the rows of each value; returns how many rows are gone."""
    table = tally_row.c
    old = list(db.execute(select(tally_row).order_by(table.id).limit(FOLDED_AT_ONCE).with_for_update(skip_locked=True)))
    sums: Counts = Counter()
    for row in old:
        sums[row.dimension, row.value] += row.change
    if len(sums) == len(old):
        return 0
    ids: list[Any] = [row.id for row in old]
    for start in range(0, len(ids), 500):
        db.execute(delete(tally_row).where(table.id.in_(ids[start : start + 500])))
    add(db.connection(), sums)
    return len(old) - len(sums)


@periodic("dashboard.fold", every=timedelta(minutes=10))
def fold_now(database: Database) -> None:
    """Keep what the dashboard adds up short."""
    with database.write() as db:
        fold(db)
