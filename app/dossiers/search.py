"""Finding files: one box, filters that combine, a page at a time, always from an index."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers import tally
from app.dossiers.companies import split
from app.dossiers.plan import places, rows
from app.dossiers.service import today
from app.dossiers.shown import parts_of
from app.dossiers.terms import Dimension
from app.dossiers.wanted import Cursor, Order, Wanted

PAGE_SIZE = 50
MOST_COUNTED = 1_000
"""A total is counted this far; beyond, it is “more than”."""


class Found(NamedTuple):
    """One row of the list."""

    id: uuid.UUID
    name: str
    number: str
    mobile: str | None
    state: str
    """`login`, `filed` or `closed`."""
    companies: tuple[str, ...]


class Page(NamedTuple):
    """One page of a list, and where the pages beside it begin."""

    rows: list[Found]
    before: Cursor | None
    after: Cursor | None


@requires(Action.DOSSIER_SEARCH)
def page(db: Session, actor: Actor, wanted: Wanted, size: int = PAGE_SIZE) -> Page:
    """The page at the search's cursor, `size` rows at most."""
    found = rows(db, wanted, size + 1, today())
    back = wanted.cursor is not None and wanted.cursor.back
    has_more = len(found) > size
    shown = (found[1:] if back else found[:size]) if has_more else found
    before = (
        Cursor(shown[0][0], shown[0][1], back=True)
        if shown and (has_more if back else wanted.cursor is not None)
        else None
    )
    after = Cursor(shown[-1][0], shown[-1][1]) if shown and (has_more or back) else None
    return Page([Found(row[1], *parts_of(row[2]), tuple(split(row[3]))) for row in shown], before, after)


@requires(Action.DOSSIER_SEARCH)
def count(db: Session, actor: Actor, wanted: Wanted) -> int:
    """How many files there are; `MOST_COUNTED` + 1 for more than that, where the dashboard does not count them."""
    # A list by expiry has only those who have one; else the order does not matter, and this is the quickest.
    order: Order = "expiry" if wanted.order == "expiry" else "newest"
    found = len(places(db, replace(wanted, cursor=None, order=order), MOST_COUNTED + 1, today()))
    return found if found <= MOST_COUNTED else _tallied(db, wanted) or found


@requires(Action.DOSSIER_SEARCH)
def ids(db: Session, actor: Actor, wanted: Wanted, size: int = 1_000) -> Iterator[list[uuid.UUID]]:
    """All files of a search in its order, some at a time: what an export reads."""
    return _walk(db, replace(wanted, cursor=None), size, today())


def _tallied(db: Session, wanted: Wanted) -> int:
    """The exact number of all files, or of those of one condition, where it is kept with every change; else 0."""
    if replace(wanted, order="newest") != Wanted(holds=wanted.holds, choices=wanted.choices, state=wanted.state):
        return 0
    conditions: list[tuple[Dimension, str]] = [("holds", key) for key in wanted.holds]
    conditions += [("choice", f"{key}.{field}={value}") for key, field, value in wanted.choices]
    if wanted.state:
        conditions.append(("state", wanted.state))
    if not conditions:
        return sum(tally.counts(db, "state")["state"].values())
    (dimension, value), *more = conditions
    return 0 if more else tally.counts(db, dimension)[dimension].get(value, 0)


def _walk(db: Session, wanted: Wanted, size: int, day: date) -> Iterator[list[uuid.UUID]]:
    while found := places(db, wanted, size, day):
        yield [dossier_id for _key, dossier_id in found]
        if len(found) < size:
            return
        wanted = wanted.at(Cursor(*found[-1]))
