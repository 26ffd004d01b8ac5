"""Bringing a database to the newest schema and back."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, column, select, table

from data.models import Base

VERSIONS = table("alembic_version", column("version_num"))
"""Where Alembic keeps the revision. Its own way makes a new table for each question, and with it a query that
SQLAlchemy compiles and remembers anew."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    with engine.execution_options(congye_write=True).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to `revision`."""
    with engine.execution_options(congye_write=True).begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    return _revisions(engine) == _newest()


def has_schema(engine: Engine) -> bool:
    """Whether the database holds any of the program's schema."""
    return bool(_revisions(engine))


def differences(engine: Engine) -> list[object]:
    """What the models say and the database lacks, or the other way round."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def make_migration(engine: Engine, message: str, revision: str) -> None:
    """Write a migration from the differences between the models and the database."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _revisions(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        if not connection.dialect.has_table(connection, VERSIONS.name):
            return set()
        return set(connection.scalars(select(VERSIONS.c.version_num)))


@cache
def _newest() -> set[str]:
    return set(ScriptDirectory.from_config(_config()).get_heads())
