"""backup, restore, move, keys."""

import sys
from pathlib import Path

from app.access.rights import SYSTEM
from app.commands import DATABASE_ERROR, OK, Given, Parsers
from app.database import database, key_path, migrate_database
from app.safekeeping import backup, rotation
from app.safekeeping.move import move
from app.safekeeping.restore import restore
from app.settings import settings
from data import migrate
from data.engine import Database


def add(commands: Parsers) -> None:
    """Add the parsers."""
    commands.add_parser("backup", help="make a backup while the server works, and try it").set_defaults(run=_backup)
    back = commands.add_parser("restore", help="bring an installation back from a backup")
    back.add_argument("file", type=Path)
    back.add_argument("--identity", type=Path, help="file with the age identity of an encrypted backup")
    back.add_argument("--replace", action="store_true", help="replace what is in the database")
    back.set_defaults(run=_restore)
    away = commands.add_parser("move", help="copy the whole installation into another, empty database")
    away.add_argument("--to", required=True, metavar="URL", help="SQLAlchemy address of the other database")
    away.set_defaults(run=_move)
    keys = commands.add_parser("keys", help="encryption keys").add_subparsers(dest="keys_command", required=True)
    keys.add_parser("rotate", help="add a key and reseal everything with it").set_defaults(run=_rotate)
    keys.add_parser("reseal", help="go on with a rotation that was cut off").set_defaults(run=_reseal)
    keys.add_parser("retire", help="take keys that nothing needs any more out of the key file").set_defaults(
        run=_retire
    )


def _backup(_given: Given) -> int:
    if not migrate.is_current(database().engine):
        print("The schema is not current: run python -m app migrate", file=sys.stderr)
        return DATABASE_ERROR
    print(f"Made and tried: {backup.make(database(), SYSTEM, settings())}")
    return OK


def _restore(given: Given) -> int:
    opened = migrate_database(settings())
    rows = restore(opened, SYSTEM, given.file, identity=given.identity, replace=given.replace, progress=_tell_progress)
    opened.close()
    print(f"Restored {rows} rows. Everybody is logged out.")
    return OK


def _move(given: Given) -> int:
    target = Database(given.to)
    arrived = move(database(), target, SYSTEM, _tell_progress)
    target.close()
    for name, each in arrived.items():
        print(f"{name:<24} {each.rows:>10}  {each.digest[:16]}")
    rows = sum(each.rows for each in arrived.values())
    print(f"All {rows} rows arrived. Now set CONGYE_DATABASE_URL to the new address and start the server.")
    return OK


def _rotate(given: Given) -> int:
    database()  # makes the key file where there is none yet
    print(f"New key: {rotation.new_key(SYSTEM, key_path(settings().home))}. Keep a copy of the key file.")
    return _reseal(given)


def _reseal(_given: Given) -> int:
    changed = rotation.reseal(database(), SYSTEM, _tell_progress)
    print(f"Resealed {changed} rows with the current key.")
    return OK


def _retire(_given: Given) -> int:
    retired = rotation.retire(database(), SYSTEM, key_path(settings().home))
    print(f"Taken out: {', '.join(retired) or 'none'}. Older backups still need a key file with them.")
    return OK


def _tell_progress(table: str, rows: int) -> None:
    print(f"» {table}: {rows}", file=sys.stderr)
