"""The database of this process, opened from the settings with the installation's keys."""

import logging
from contextlib import suppress
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from app.access.rights import SYSTEM
from app.settings import Settings, settings
from data import by_name, migrate
from data.engine import Database
from data.keys import KeyFileError, Keyring, load_keyring, new_keyring, save_keyring
from data.vault import install_vault

log = logging.getLogger(__name__)


def key_path(home: Path) -> Path:
    """Where the keys of an installation lie."""
    return home / "keys" / "keyring.json"


def open_database(config: Settings) -> Database:
    """Open the database, making home folder and keys on first run. Raises KeyFileError where data lost their keys."""
    config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = Database(config.database_address, _watch)
    install_vault(_keyring(config.home, opened), key_path(config.home))
    return opened


def _watch() -> None:
    """Let audit and search index hear of every change. They are imported with the first session: they bring all models."""
    from app.audit import trail  # noqa: PLC0415
    from app.dossiers import index  # noqa: PLC0415

    trail.install()
    index.install()


def _keyring(home: Path, opened: Database) -> Keyring:
    path = key_path(home)
    try:
        return load_keyring(path)
    except KeyFileError as error:
        if error.code != "missing":
            raise
    # New keys beside existing data would make every sealed value garbage: only an empty database gets them.
    if not migrate.has_schema(opened.engine):
        with suppress(FileExistsError):  # of somebody who starts at the same moment
            save_keyring(new_keyring(), path)
    return load_keyring(path)


@cache
def database() -> Database:
    """The database of this process. The schema is not touched: that is `migrate`'s."""
    return open_database(settings())


def migrate_database(config: Settings) -> Database:
    """Open the database and bring it to the newest schema."""
    opened = open_database(config)
    bring_up_to_date(opened)
    return opened


def bring_up_to_date(opened: Database) -> None:
    """The newest schema, and a search index of all files."""
    migrate.upgrade(opened.engine)
    index_if_missing(opened)


def index_if_missing(opened: Database) -> None:
    """Build the search index of a database whose files are older than the index."""
    with opened.engine.connect() as connection:
        if _is_indexed(connection):
            return
    from app.dossiers.holding import hold_all  # noqa: PLC0415
    from app.dossiers.reindex import reindex  # noqa: PLC0415

    with opened.write() as db:
        hold_all(db)  # of servers that start at once the first one builds it
        if not _is_indexed(db.connection()):
            log.info("the search index is built anew")
            reindex(db, SYSTEM, lambda done: log.info("the search index holds %s files", done))


def _is_indexed(connection: Connection) -> bool:
    parts = ("search_entry", "tally_row")
    return not by_name.has_rows(connection, "dossier") or all(by_name.has_rows(connection, part) for part in parts)
