"""Bringing a database to the newest schema and back.

Alembic is imported where it is used: a server whose database has the newest schema starts without it.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = "alembic_version"
"""The table in which Alembic keeps the revision. Its own way makes a new one of SQLAlchemy's for each question, and with it a
query that is compiled and remembered anew."""

ONE_AT_A_TIME = 0x636F6E67
"""PostgreSQL: the number of the lock that whoever migrates holds. Servers that are started at once wait for the first one."""


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


class NewerSchemaError(Exception):
    """The database was brought to a schema that this program does not know, by a later version of it."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"schema {revision} is of a later version; this one knows up to {newest()}")
        self.revision = revision


@cache
def _known() -> frozenset[str]:
    return frozenset(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


@cache
def newest() -> str:
    """The newest revision: migrations follow one another in the order of their files' names."""
    return max(_known())


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema. Raises NewerSchemaError."""
    if is_current(engine):
        return
    must_be_known(engine)
    from alembic import command  # noqa: PLC0415

    with engine.execution_options(congye_write=True).begin() as connection:
        if connection.dialect.name == "postgresql":  # on SQLite whoever writes is alone
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to `revision`."""
    from alembic import command  # noqa: PLC0415

    with engine.execution_options(congye_write=True).begin() as connection:
        command.downgrade(_config(connection), revision)


def must_be_known(engine: Engine) -> None:
    """Raises NewerSchemaError where the schema is a later version's."""
    if later := _revisions(engine) - _known():
        raise NewerSchemaError(max(later))


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    return _revisions(engine) == {newest()}


def has_schema(engine: Engine) -> bool:
    """Whether the database holds any of the program's schema."""
    return bool(_revisions(engine))


def differences(engine: Engine) -> list[object]:
    """What the models say and the database lacks, or the other way round."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    from data.models import Base  # noqa: PLC0415

    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def make_migration(engine: Engine, message: str, revision: str) -> None:
    """Write a migration from the differences between the models and the database."""
    from alembic import command  # noqa: PLC0415

    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _revisions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        try:
            return set(connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS}").scalars())  # noqa: S608  a name of ours
        except DBAPIError:
            # Whether there is the table is asked only here: on PostgreSQL that takes longer than all else a start asks.
            connection.rollback()
            if connection.dialect.has_table(connection, VERSIONS):
                raise
            return set()
