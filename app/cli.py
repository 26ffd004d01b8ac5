"""python -m app: the operator's commands. `docs/commands.md` documents them and their return codes."""

import argparse
import getpass
import logging
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from app.access import staff
from app.access.rights import STAFF, SYSTEM, Role
from app.database import database, migrate_database
from app.errors import UserError
from app.settings import settings
from data import migrate
from data.keys import KeyFileError

OK, USER_ERROR, DATABASE_ERROR, KEY_ERROR = 0, 1, 3, 4
RETURN_CODES = {
    OK: "done",
    USER_ERROR: "what was asked for cannot be done; the message says why",
    2: "the command line was not understood",
    DATABASE_ERROR: "the database does not answer or its schema is not current",
    KEY_ERROR: "the key file is missing or damaged",
}


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    root = argparse.ArgumentParser(prog="python -m app", description="Congye (从业档案)")
    commands = root.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="bring the schema up to date and run the server")
    commands.add_parser("demo", help="run a demo: made-up people, staff accounts, a virtual card where pcscd is there")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    commands.add_parser("settings", help="print every setting with its default as a table")
    people = commands.add_parser("staff", help="staff accounts").add_subparsers(dest="staff_command", required=True)
    add = people.add_parser("add", help="make an account; the password is asked for, or read from standard input")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="name shown on pages")
    add.add_argument("--role", required=True, choices=[role.value for role in STAFF])
    password = people.add_parser("password", help="set another password; the account's log-ins end")
    password.add_argument("username")
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns one of `RETURN_CODES`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    given = parser().parse_args(arguments)
    try:
        return _run(given)
    except UserError as error:
        print(error.message, file=sys.stderr)
        return USER_ERROR
    except KeyFileError as error:
        print(f"key file {error.code}: {error.path}. Put the installation's own key file back.", file=sys.stderr)
        return KEY_ERROR
    except SQLAlchemyError as error:
        print(f"database: {type(error).__name__}: {error}", file=sys.stderr)
        return DATABASE_ERROR


def _run(given: argparse.Namespace) -> int:
    match given.command:
        case "serve":
            from app.serving import serve  # noqa: PLC0415  keeps the other commands quick

            migrate_database(settings()).close()
            return serve(settings())
        case "demo":
            from app.demo.run import run_demo  # noqa: PLC0415

            return run_demo()
        case "migrate":
            migrate_database(settings()).close()
            print("The database has the newest schema.")
        case "settings":
            from app.settings import settings_table  # noqa: PLC0415

            print(settings_table())
        case "staff":
            return _staff(given)
    return OK


def _staff(given: argparse.Namespace) -> int:
    if not migrate.is_current(database().engine):
        print("The schema is not current: run python -m app migrate", file=sys.stderr)
        return DATABASE_ERROR
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    with database().write() as db:
        if given.staff_command == "add":
            staff.create(db, SYSTEM, given.username, given.name, Role(given.role), password)
        else:
            staff.set_password(db, SYSTEM, given.username, password)
    print("Done.")
    return OK
