"""python -m app: the operator's commands. `docs/commands.md` documents them and their return codes."""

import argparse
import logging
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from app.commands import (
    DATABASE_ERROR,
    KEY_ERROR,
    USER_ERROR,
    audit,
    people,
    safekeeping,
    server,
    signatures,
    staff,
    transfer,
)
from app.errors import UserError
from app.memory import collect_rarely
from data.keys import KeyFileError

SUBJECTS = (server, staff, people, audit, safekeeping, transfer, signatures)


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    root = argparse.ArgumentParser(prog="python -m app", description="Congye (从业档案)")
    commands = root.add_subparsers(dest="command", required=True)
    for subject in SUBJECTS:
        subject.add(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns one of `RETURN_CODES`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    collect_rarely()
    given = parser().parse_args(arguments)
    try:
        code: int = given.run(given)
    except UserError as error:
        print(error.message, file=sys.stderr)
        return USER_ERROR
    except KeyFileError as error:
        print(f"key file {error.code}: {error.path}. Put the installation's own key file back.", file=sys.stderr)
        return KEY_ERROR
    except OSError as error:
        if str(error.filename) not in map(str, vars(given).values()):
            raise
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)  # a file that was named on the command line
        return USER_ERROR
    except SQLAlchemyError as error:
        print(f"database: {type(error).__name__}: {error}", file=sys.stderr)
        return DATABASE_ERROR
    return code
