"""Rows that are inserted unless their key is there already, however many."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Insert, Table, bindparam, column, func, select

from data.direct import Direct
from data.engine import insert_or_leave

FEW = 20
"""So many rows PostgreSQL gets one by one; of more it gets each column as an array."""


class Coming:
    """The INSERT of a table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._one = Direct(partial(insert_or_leave, table))
        self._many = Direct(self._from_arrays)

    def each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Callable[[], int]:
        """Insert rows; what is returned tells, when `together` has ended, how many were not there."""
        if len(rows) <= FEW or connection.dialect.name != "postgresql":
            return self._one.each(connection, rows)
        return self._many.each(connection, [{each.name: [row[each.name] for row in rows] for each in self._table.c}])

    def _from_arrays(self, dialect: str) -> Insert:
        from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  whoever has SQLite needs it not

        arrays = [bindparam(each.name, type_=ARRAY(each.type)) for each in self._table.c]
        columns = [column(each.name, each.type) for each in self._table.c]
        rows = select(func.unnest(*arrays).table_valued(*columns).render_derived())
        return insert_or_leave(self._table, dialect).from_select([each.name for each in columns], rows)
