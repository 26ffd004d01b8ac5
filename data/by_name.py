"""What a start asks the database, by the names of the tables: to import all models takes as long as the rest of what it needs."""

from datetime import datetime

from sqlalchemy import Connection, column, literal_column, select, table

from data.moments import UtcDateTime

_NEWEST_BACKUP = (
    select(column("made_at", UtcDateTime()))
    .select_from(table("backup_run"))
    .order_by(column("verified_at").desc())
    .limit(1)
)


def has_rows(connection: Connection, name: str) -> bool:
    """Whether there is a row in a table."""
    return connection.scalar(select(literal_column("1")).select_from(table(name)).limit(1)) is not None


def newest_backup(connection: Connection) -> datetime | None:
    """When the newest verified backup was made; None where there is none."""
    made_at: datetime | None = connection.scalar(_NEWEST_BACKUP)
    return made_at
