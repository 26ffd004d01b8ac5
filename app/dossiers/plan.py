"""From the parts of a search to one page in order, without reading more than it must."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app.dossiers.box import Meaning, meaning, meanings
from app.dossiers.page_query import Plan, at, statement
from app.dossiers.parts import MANY, Part, Sizes, filters, has_any, resolve
from app.dossiers.shapes import HasTerm
from app.dossiers.wanted import BY_ID, BY_NAME, Wanted

Place = tuple[str, uuid.UUID]
"""A file's place in the order: what it is sorted by (empty for newest and oldest), and its id."""
MANY_SORTED = 3_000
"""As `MANY`, for a list that is sorted by a column: the rows that hold it lie apart, so fewer are read whole."""


def places(db: Session, wanted: Wanted, limit: int, today: date) -> list[Place]:
    """The first `limit` files from the cursor on, in the order of the list."""
    return [(row[0], row[1]) for row in _read(db, wanted, limit, today, shown=False)]


def rows(db: Session, wanted: Wanted, limit: int, today: date) -> list[tuple[Any, ...]]:
    """The places, each with what the list shows of the file (`SHOWN` of `app/dossiers/page_query.py`), and what is of no more use."""
    return _read(db, wanted, limit, today, shown=True)


def _read(db: Session, wanted: Wanted, limit: int, today: date, *, shown: bool) -> list[tuple[Any, ...]]:
    means = meanings(db, wanted.text)
    if not means and wanted.text.strip():
        return []
    search = _Search(db, means or [meaning()], wanted, limit, today)
    read = search.read(Sizes(db, anew=False), shown=True) if shown else None
    if read is None:
        read = search.read(Sizes(db, anew=True), shown=shown) or []
    if not any(read):
        return []
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
        sizes.ask(fixed.terms.union(*[each.terms for each in self.means]))
        asked = [(*each.conditions, *fixed.conditions) for each in self.means]
        resolved = [resolve(self.db, each, sizes, self.wanted, self.today) for each in asked]
        read = [self._page(parts, sizes.doubt(), shown=shown) for parts in resolved if parts is not None]
        if not sizes.absent:
            return read
        holds = any(found[0][-1] for found in read if found) if any(read) else has_any(self.db, sizes.absent)
        return None if holds else read

    def _page(self, parts: list[Part], doubt: Part | None, *, shown: bool) -> list[tuple[Any, ...]]:
        """The page of one meaning."""
        few = bool(parts) and parts[0].size <= (MANY if self.wanted.order in BY_ID else MANY_SORTED)
        if self.wanted.order in BY_NAME:
            parts, few = _in_order_of_names(parts, few=few)
        plan = _planned(parts, doubt, self.wanted, self.limit, few=few, shown=shown)
        return statement(plan).all(self.db.connection(), **_values(parts, doubt, self.wanted, self.today))


def _in_order_of_names(parts: list[Part], *, few: bool) -> tuple[list[Part], bool]:
    """The rarest term of a name first: its files are there in the order of the list, unless those of another condition are few."""
    of_name = [part for part in parts if isinstance(part.shape, HasTerm) and part.shape.of_name]
    if not of_name or (few and parts[0] is not of_name[0]):
        return parts, few
    return [of_name[0], *(part for part in parts if part is not of_name[0])], False


def _merged(read: list[list[tuple[Any, ...]]], wanted: Wanted, limit: int) -> list[tuple[Any, ...]]:
    """What several meanings found, each file once, in the order of the list."""
    found = {row[1]: row for rows in read for row in rows}
    return sorted(found.values(), key=lambda row: (_text(row[0]).encode(), row[1]), reverse=_descends(wanted))[:limit]


def _text(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)


def _descends(wanted: Wanted) -> bool:
    back = wanted.cursor is not None and wanted.cursor.back
    return (wanted.order in {"newest", "name_down"}) != back


def _planned(parts: list[Part], doubt: Part | None, wanted: Wanted, most: int, *, few: bool, shown: bool) -> Plan:
    shapes = tuple(part.shape for part in parts)
    doubted = len(doubt.given) if doubt else 0
    return Plan(shapes, few, wanted.order, wanted.cursor is not None, _descends(wanted), shown, most, doubted)


def _values(parts: list[Part], doubt: Part | None, wanted: Wanted, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {"today": today}
    if doubt is not None:
        values |= doubt.values("doubt")
    for number, part in enumerate(parts):
        values |= part.values(at(number))
    if wanted.cursor:
        key: Any = wanted.cursor.key
        values["beyond_key"] = date.fromisoformat(key) if wanted.order == "expiry" else key
        values["beyond"] = wanted.cursor.dossier_id
    return values
