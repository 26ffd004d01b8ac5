"""Asking for the oldest row with certain values, for many of them at once."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from data.direct import Direct

MOST_SOUGHT = 512


class Oldest:
    """The oldest row (by `key`) whose `columns` have the values that are sought; an index begins with the first column.

    Each is sought on its own: of an IN for each column PostgreSQL, once it plans for whatever values may come, compares every
    row of the first with every value of the others. `also` makes a question of the first value, which is answered with them.
    """

    def __init__(
        self,
        key: InstrumentedAttribute[Any],
        columns: Sequence[InstrumentedAttribute[Any]],
        also: Callable[[ColumnElement[Any]], ColumnElement[bool]],
    ) -> None:
        self._key = key
        self._also = also
        self._columns = {f"sought{place}": each for place, each in enumerate(columns)}
        self._in_arrays = Direct(self._first_of(self._arrays()))
        self._in_places: dict[int, Direct] = {}

    def keys(self, connection: Connection, sought: Sequence[tuple[Any, ...]]) -> list[tuple[Any, bool]]:
        """For each tuple of values the key of the row, or None where there is none, and the other answer."""
        found: list[tuple[Any, bool]] = []
        for start in range(0, len(sought), MOST_SOUGHT):
            found += self._of_some(connection, sought[start : start + MOST_SOUGHT])
        return found

    def _of_some(self, connection: Connection, sought: Sequence[tuple[Any, ...]]) -> list[tuple[Any, bool]]:
        if connection.dialect.name == "postgresql":
            arrays: list[list[Any]] = [list(each) for each in zip(*sought, strict=True)]
            rows = self._in_arrays.all(connection, **dict(zip(self._columns, arrays, strict=True)))
        else:
            # A statement for each power of two, the last values again in the places left.
            size = 1 << (len(sought) - 1).bit_length()
            filled = [*sought, *[sought[-1]] * (size - len(sought))]
            given = {
                f"{name}_{at}": value
                for at, each in enumerate(filled)
                for name, value in zip(self._columns, each, strict=True)
            }
            rows = self._of_size(size).all(connection, **given)
        by_place = {at: (key, answer) for at, key, answer in rows}
        return [by_place[at + 1] for at in range(len(sought))]

    def _first_of(self, wanted: Any) -> Select[*tuple[Any, ...]]:
        same = [each == wanted.c[name] for name, each in self._columns.items()]
        first = select(self._key).where(*same).order_by(self._key).limit(literal_column("1"))
        return select(wanted.c.at, first.scalar_subquery(), self._also(wanted.c.sought0))

    def _arrays(self) -> Any:
        arrays = [bindparam(name, type_=ARRAY(each.type)) for name, each in self._columns.items()]
        names = [column(name, each.type) for name, each in self._columns.items()]
        return func.unnest(*arrays).table_valued(*names, with_ordinality="at").render_derived()

    def _of_size(self, size: int) -> Direct:
        if size not in self._in_places:
            names = [column(name, each.type) for name, each in self._columns.items()]
            rows = [
                (
                    literal_column(str(at + 1)),
                    *(bindparam(f"{name}_{at}", type_=each.type) for name, each in self._columns.items()),
                )
                for at in range(size)
            ]
            wanted = values(column("at", Integer), *names).data(rows).cte()
            self._in_places[size] = Direct(self._first_of(wanted))
        return self._in_places[size]
