"""From the parts of a search to one page in order, without reading more than it must."""

import uuid
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.dossiers.box import Meaning, meanings
from app.dossiers.page_query import Plan, at, place_after, statement
from app.dossiers.parts import MANY, Part, Sizes, filters, has_any, resolve, terms_of
from app.dossiers.wanted import Wanted

Place = tuple[str, uuid.UUID]
"""A file's place in the order: what it is sorted by (empty for newest and oldest), and its id."""
MANY_SORTED = 3_000
"""As `MANY`, for a list that is sorted by a column: the rows that hold it lie apart, so fewer are read whole."""
LOOKED_AT = 400
"""How many rows of a list by name are looked at for each that is wanted, before the files of a condition are read whole."""


def places(db: Session, wanted: Wanted, limit: int, today: date) -> list[Place]:
    """The first `limit` files from the cursor on, in the order of the list."""
    return [(row[0], row[1]) for row in _read(db, wanted, limit, today, shown=False)]


def rows(db: Session, wanted: Wanted, limit: int, today: date) -> list[tuple[Any, ...]]:
    """The places, each with what the list shows of the file (`SHOWN` of `app/dossiers/page_query.py`), and what is of no more use."""
    return _read(db, wanted, limit, today, shown=True)


def _read(db: Session, wanted: Wanted, limit: int, today: date, *, shown: bool) -> list[tuple[Any, ...]]:
    means = meanings(db, wanted.text, by_name=wanted.order in {"name", "name_down"})
    if not means and wanted.text.strip():
        return []
    search = _Search(db, means or [()], wanted, limit, today)
    read = search.read(Sizes(db, anew=False), shown=True) if shown else None
    if read is None:
        read = search.read(Sizes(db, anew=True), shown=shown) or []
    found = read[0] if len(read) == 1 else _merged(read, wanted, limit)
    if wanted.order == "expiry":
        found = [(_text(key), *more) for key, *more in found]
    return found[::-1] if wanted.cursor and wanted.cursor.back else found


class _Search(NamedTuple):
    """One search in all its meanings."""

    db: Session
    means: list[Meaning]
    wanted: Wanted
    limit: int
    today: date

    def read(self, sizes: Sizes, *, shown: bool) -> list[list[tuple[Any, ...]]] | None:
        """What each meaning finds; None where a term that is remembered to have no file may have one now.

        Each statement tells that with its first row, so that nothing is asked before it.
        """
        fixed = filters(self.wanted)
        sizes.ask(terms_of((*chain.from_iterable(self.means), *fixed)))
        resolved = [resolve(self.db, (*each, *fixed), sizes, self.wanted, self.today) for each in self.means]
        doubt = sizes.doubt()
        read = [self._page(parts, doubt, shown=shown) for parts in resolved if parts is not None]
        if doubt is None:
            return read
        holds = any(found[0][-1] for found in read if found) if any(read) else has_any(self.db, doubt)
        return None if holds else read

    def _page(self, parts: list[Part], doubt: Part | None, *, shown: bool) -> list[tuple[Any, ...]]:
        """The page of one meaning."""
        connection = self.db.connection()
        values = _values(parts, doubt, self.wanted, self.today)
        plan = _planned(parts, doubt, self.wanted, self.limit, shown=shown)
        if shown and connection.dialect.name == "sqlite" and _may_lie_far(plan):
            # All of 王建 stand together, thousands of pages behind the beginning. PostgreSQL reads them whole of its own accord;
            # an export reads all of the list anyway.
            end = place_after(LOOKED_AT * self.limit, goes_on=plan.goes_on, down=plan.down).first(connection, **values)
            if end is not None:
                near = plan._replace(until=True)
                found = statement(near).all(connection, **values, until_key=end[0], until=end[1])
                if len(found) == self.limit:
                    return found
                plan = plan._replace(few=True)
        return statement(plan).all(connection, **values)


def _may_lie_far(plan: Plan) -> bool:
    """Whether a list by name may have to be read far to fill a page, and the files of the rarest condition can be read instead."""
    by_name = plan.order in {"name", "name_down"} and bool(plan.shapes) and not plan.few and not any(plan.begins)
    return by_name and plan.shapes[0].ids(at(0)) is not None


def _merged(read: list[list[tuple[Any, ...]]], wanted: Wanted, limit: int) -> list[tuple[Any, ...]]:
    """What several meanings found, each file once, in the order of the list."""
    found = {row[1]: row for rows in read for row in rows}
    return sorted(found.values(), key=lambda row: (_text(row[0]).encode(), row[1]), reverse=_descends(wanted))[:limit]


def _text(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _descends(wanted: Wanted) -> bool:
    back = wanted.cursor is not None and wanted.cursor.back
    return (wanted.order in {"newest", "name_down"}) != back


def _planned(parts: list[Part], doubt: Part | None, wanted: Wanted, most: int, *, shown: bool) -> Plan:
    shapes = tuple(part.shape for part in parts)
    begins = tuple(bool(part.begins) for part in parts)
    many = MANY if wanted.order in {"newest", "oldest"} else MANY_SORTED
    few = bool(parts) and parts[0].size <= many
    doubted = len(doubt.given) if doubt else 0
    return Plan(shapes, begins, few, wanted.order, wanted.cursor is not None, _descends(wanted), shown, most, doubted)


def _values(parts: list[Part], doubt: Part | None, wanted: Wanted, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {"today": today}
    if doubt is not None:
        values |= doubt.values("doubt")
    for number, part in enumerate(parts):
        values |= part.values(at(number))
        if part.begins:
            end = part.begins[:-1] + chr(ord(part.begins[-1]) + 1)
            values |= {f"{at(number)}_from": part.begins, f"{at(number)}_to": end}
    if wanted.cursor:
        key: Any = wanted.cursor.key
        values["beyond_key"] = date.fromisoformat(key) if wanted.order == "expiry" else key
        values["beyond"] = wanted.cursor.dossier_id
    return values
