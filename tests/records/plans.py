"""How a database would answer a query."""

from typing import Any

from sqlalchemy import Select, text
from sqlalchemy.orm import Session


def plan_of(db: Session, query: Select[Any]) -> str:
    """The plan of a query, as if its tables were large: PostgreSQL reads small ones from end to end otherwise."""
    dialect = db.get_bind().dialect
    statement = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    if dialect.name == "postgresql":
        db.execute(text("SET LOCAL enable_seqscan = off"))
        db.execute(text("SET LOCAL enable_bitmapscan = off"))
        db.execute(text("SET LOCAL enable_sort = off"))
        return "\n".join(db.connection().exec_driver_sql(f"EXPLAIN {statement}").scalars())
    return "\n".join(row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
