"""audit verify."""

import argparse
import sys

from app.audit.chain import Anchor, Check, Problem
from app.commands import CHAIN_ERROR, DATABASE_ERROR, OK, Given, Parsers
from app.database import database
from data import migrate

MOST_SHOWN = 20
EXPLAINED = {
    "changed": "row {number} was changed",
    "removed": "rows from {number} on were removed",
    "put_in": "row {number} was put in",
    "head": "the end of the chain was changed at row {number}",
    "anchor": "row {number} is not the one of the anchor",
}


def add(commands: Parsers) -> None:
    """Add the parsers."""
    audit = commands.add_parser("audit", help="the audit trail").add_subparsers(dest="audit_command", required=True)
    verify = audit.add_parser("verify", help="find any row of the audit that was changed, removed or put in")
    verify.add_argument(
        "--anchor",
        type=_anchor,
        metavar="NUMBER:HASH",
        help="what an earlier run printed and was kept elsewhere: finds a database put back to an earlier state",
    )
    verify.set_defaults(run=_verify)


def _anchor(text: str) -> Anchor:
    try:
        return Anchor.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError("expected NUMBER:HASH") from None


def _verify(given: Given) -> int:
    if not migrate.is_current(database().engine):
        print("The schema is not current: run python -m app migrate", file=sys.stderr)
        return DATABASE_ERROR
    with database().read() as db:
        check = Check(db, given.anchor)
        problems = 0
        for problem in check:
            problems += 1
            _tell(problem, problems)
    print(f"{check.seen} rows read, {problems} problems. Newest row: {check.newest}")
    return CHAIN_ERROR if problems else OK


def _tell(problem: Problem, count: int) -> None:
    if count <= MOST_SHOWN:
        print(EXPLAINED[problem.kind].format(number=problem.number), file=sys.stderr)
    elif count == MOST_SHOWN + 1:
        print("… and more", file=sys.stderr)
