"""staff add, staff password."""

import getpass
import sys

from app.access import staff
from app.access.rights import STAFF, SYSTEM, Role
from app.commands import DATABASE_ERROR, OK, Given, Parsers
from app.database import database
from data import migrate


def add(commands: Parsers) -> None:
    """Add the parsers."""
    accounts = commands.add_parser("staff", help="staff accounts").add_subparsers(dest="staff_command", required=True)
    new = accounts.add_parser("add", help="make an account; the password is asked for, or read from standard input")
    new.add_argument("username")
    new.add_argument("--name", required=True, help="name shown on pages")
    new.add_argument("--role", required=True, choices=[role.value for role in STAFF])
    new.set_defaults(run=_staff)
    password = accounts.add_parser("password", help="set another password; the account's log-ins end")
    password.add_argument("username")
    password.set_defaults(run=_staff)


def _staff(given: Given) -> int:
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
