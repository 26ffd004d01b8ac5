"""Statements on the driver's own cursor, in a session's transaction: those that every save and every search runs.

SQLAlchemy needs some twenty microseconds, as objects many times that, to hand on a statement that SQLite answers in two.
A statement here is built and compiled once for each dialect; values pass through the columns' types as everywhere.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Insert,
    Select,
    TextualSelect,
    any_,
    bindparam,
)
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from data.driver_errors import tell
from data.moments import UtcDateTime

MOST_KEYS = 512
KEY_NAMES = tuple(f"key{at}" for at in range(MOST_KEYS))
MANY_KEYS = 64
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | TextualSelect | UpdateBase
Process = Callable[[Any], Any] | None
HEARERS: list[Callable[[str, Any], object]] = []
"""Who is told of each statement and its values: the engine's listeners do not hear these."""


class Direct:
    """A statement with named parameters; for one that the dialects write differently, what makes it from a dialect's name.

    After some times PostgreSQL keeps one plan of a statement for whatever values may come: a tenth of a millisecond and more
    that it need not think anew. One that depends on them is planned each time `by_values`: a search by a common surname in a
    list sorted by name, 1 ms of 1,000,000 people, takes 27 by the plan for all.
    """

    def __init__(self, statement: Statement | Callable[[str], Statement], *, by_values: bool = False) -> None:
        self._statement = statement
        self._by_values = by_values
        self._compiled: dict[str, _Compiled] = {}

    def send(self, connection: Connection, **values: Any) -> "Sent":
        """Run it; its rows may be read later, inside `together` after its end."""
        return self._send(connection, values)

    def all(self, connection: Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Run it and read all rows."""
        return self._send(connection, values).rows()

    def first(self, connection: Connection, **values: Any) -> tuple[Any, ...] | None:
        """Run it and read the first row; None where there is none."""
        rows = self._send(connection, values).rows()
        return rows[0] if rows else None

    def _send(self, connection: Connection, values: Mapping[str, Any]) -> "Sent":
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        given = compiled.parameters(values)
        for hear in HEARERS:
            hear(compiled.text, given)
        line: Any = connection.connection.dbapi_connection
        cursor = found = None
        try:
            if dialect.name == "sqlite":
                found = line.execute(compiled.text, given).fetchall()
            else:
                cursor = line.cursor_of(compiled.text)
                if self._by_values:
                    cursor.execute(compiled.text, given, prepare=False)
                else:
                    cursor.execute(compiled.text, given)
        except dialect.loaded_dbapi.Error as error:
            tell(connection, compiled.text, cursor, error)
        return Sent(connection, compiled, cursor, found)

    def each(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> Callable[[], int]:
        """Run it with each of the rows; what is returned tells, when `together` has ended, how many it wrote."""
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = [compiled.parameters(row) for row in rows]
        if not given:
            return int
        cursor = _cursor(connection, compiled.text)
        for hear in HEARERS:
            hear(compiled.text, given)
        try:
            if len(given) == 1:
                cursor.execute(compiled.text, given[0])
            else:
                cursor.executemany(compiled.text, given)
        except connection.dialect.loaded_dbapi.Error as error:
            tell(connection, compiled.text, cursor, error)
        return lambda: int(cursor.rowcount)

    def _compile(self, dialect: Dialect) -> "_Compiled":
        made = self._statement(dialect.name) if callable(self._statement) else self._statement
        compiled = self._compiled[dialect.name] = _Compiled(made, dialect)
        return compiled


def _cursor(connection: Connection, text: str) -> Any:
    line: Any = connection.connection.dbapi_connection
    return line.cursor() if connection.dialect.name == "sqlite" else line.cursor_of(text)


class Sent:
    """A statement that runs or has run.

    What SQLite answers is `found` at once: a statement that has rows left holds on to what it sees beyond the end of its
    transaction, as long as anybody holds the statement, be it the trace of an error. The connection's next transaction would
    see no more than that, and could not write once somebody else has.
    """

    __slots__ = ("_compiled", "_connection", "_cursor", "_found")

    def __init__(
        self, connection: Connection, compiled: "_Compiled", cursor: Any, found: list[tuple[Any, ...]] | None
    ) -> None:
        self._connection = connection
        self._compiled = compiled
        self._cursor = cursor
        self._found = found

    def rows(self) -> list[tuple[Any, ...]]:
        """Its rows; they can be read once."""
        found = self._found
        if found is None:
            try:
                found = self._cursor.fetchall()
            except self._connection.dialect.loaded_dbapi.Error as error:
                tell(self._connection, self._compiled.text, self._cursor, error)
        return self._compiled.read(found)


class OfKeys:
    """A SELECT of the rows with some keys: a statement for each power of two, the last key again in the places left.

    Of many PostgreSQL gets an array, which its driver needs to find no places for.
    """

    def __init__(self, statement: Statement | Callable[[str], Statement], key: ColumnElement[Any]) -> None:
        self._statement: Any = statement
        self._key = key
        self._by_size: dict[int, Direct] = {}
        self._of_array = Direct(self._in_array)

    def send(self, connection: Connection, keys: Collection[Any]) -> list[Sent]:
        """Ask for the rows of all keys."""
        if len(keys) > MANY_KEYS and connection.dialect.name == "postgresql":
            return [self._of_array.send(connection, keys=list(keys))]
        sent = []
        left = list(keys)
        while left:
            now, left = left[:MOST_KEYS], left[MOST_KEYS:]
            size = 1 << (len(now) - 1).bit_length()
            now += now[-1:] * (size - len(now))
            sent.append(self._of(size).send(connection, **dict(zip(KEY_NAMES, now, strict=False))))
        return sent

    def all(self, connection: Connection, keys: Collection[Any]) -> list[tuple[Any, ...]]:
        """The rows of all keys, in no order."""
        return [row for sent in self.send(connection, keys) for row in sent.rows()]

    def _of(self, size: int) -> Direct:
        if size not in self._by_size:
            places = [bindparam(name, type_=self._key.type) for name in KEY_NAMES[:size]]
            self._by_size[size] = Direct(partial(self._of_places, places))
        return self._by_size[size]

    def _of_places(self, places: list[BindParameter[Any]], dialect: str) -> Statement:
        return self._where(self._key.in_(places), dialect)

    def _in_array(self, dialect: str) -> Statement:
        from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  whoever has SQLite needs it not

        return self._where(self._key == any_(bindparam("keys", type_=ARRAY(self._key.type))), dialect)

    def _where(self, condition: ColumnElement[bool], dialect: str) -> Statement:
        made = self._statement(dialect) if callable(self._statement) else self._statement
        found: Statement = made.where(condition)
        return found


class _Compiled:
    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._binds = [(name, bind_process(each.type, dialect)) for name, each in compiled.binds.items()]
        if compiled.positional:
            processes = dict(self._binds)
            self._binds = [(name, processes[name]) for name in compiled.positiontup]
        self._positional = bool(compiled.positional)
        # What a row to insert leaves out is empty.
        may_lack = isinstance(statement, Insert)
        self._fixed = {name: each.value for name, each in compiled.binds.items() if may_lack or not each.required}
        columns = statement.exported_columns
        read = [each.type.dialect_impl(dialect).result_processor(dialect, None) for each in columns]
        self._read = [(place, process) for place, process in enumerate(read) if process]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Values as the driver takes them; those that the statement was made with where none are given."""
        given = {**self._fixed, **values} if self._fixed else values
        if self._positional:
            return tuple([process(given[name]) if process else given[name] for name, process in self._binds])
        return {name: process(given[name]) if process else given[name] for name, process in self._binds}

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The driver's rows as values of the columns' types."""
        if not rows or not self._read:
            return rows
        columns = list(zip(*rows, strict=True))
        for place, process in self._read:
            columns[place] = tuple(map(process, columns[place]))
        return list(zip(*columns, strict=True))


def bind_process(of: TypeEngine[Any], dialect: Dialect) -> Process:
    """What makes the driver's value of ours."""
    process = of.dialect_impl(dialect).bind_processor(dialect)
    # Rows that are written together mostly bear the same moment.
    return lru_cache(maxsize=8)(process) if process and isinstance(of, UtcDateTime) else process
