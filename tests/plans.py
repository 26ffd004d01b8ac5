"""What a database is asked, and how it would answer."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, event, text
from sqlalchemy.orm import Session

from data import direct
from data.engine import Database


def plan_of(db: Session, query: Select[Any]) -> str:
    """The plan of a query, as if its tables were large: PostgreSQL reads small ones from end to end otherwise."""
    dialect = db.get_bind().dialect
    statement = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    if dialect.name == "postgresql":
        db.execute(text("BEGIN"))  # a read has no transaction of its own accord
        for way in ("seqscan", "bitmapscan", "sort"):
            db.execute(text(f"SET LOCAL enable_{way} = off"))
        return "\n".join(db.connection().exec_driver_sql(f"EXPLAIN {statement}").scalars())
    return "\n".join(row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """All statements with their values."""
    seen: list[tuple[str, Any]] = []

    def hear(statement: str, parameters: Any) -> None:
        seen.append((statement, parameters))

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    direct.HEARERS.append(hear)
    yield seen
    direct.HEARERS.remove(hear)
    event.remove(database.engine, "before_cursor_execute", note)


def plans(database: Database, statement: str, parameters: Any) -> list[str]:
    """How the statement and each statement in it would be answered."""
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            steps = defaultdict(list)
            for _id, parent, _cost, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                steps[parent].append(step)
            return ["\n".join(each) for each in steps.values()]
        # The tests' tables fit one page, which is always quickest read whole: ask what is there instead of that.
        connection.execute(text("SET enable_seqscan = off"))
        return ["\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))]
