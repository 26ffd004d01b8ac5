"""What a start asks the database, by the names of the tables: to import all models takes as long as the rest of what it needs."""

from datetime import datetime

from sqlalchemy import Connection, column, select, table

from data.moments import UtcDateTime

_NEWEST_BACKUP = (
    select(column("made_at", UtcDateTime()))
    .select_from(table("backup_run"))
    .order_by(column("verified_at").desc())
    .limit(1)
)


def has_rows(connection: Connection, name: str) -> bool:
    """Whether there is a row in a table."""
    # As text: to build and compile its first statements takes SQLAlchemy longer than the database to answer them.
    return connection.exec_driver_sql(f"SELECT 1 FROM {name} LIMIT 1").first() is not None  # noqa: S608  a name of ours


def newest_backup(connection: Connection) -> datetime | None:
    """When the newest verified backup was made; None where there is none."""
    made_at: datetime | None = connection.scalar(_NEWEST_BACKUP)
    return made_at
