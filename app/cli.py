"""python -m app: the operator's commands. `docs/commands.md` documents them and their return codes."""

import argparse
import logging
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from app.commands import DATABASE_ERROR, KEY_ERROR, USER_ERROR, Parsers, server
from app.errors import UserError
from app.memory import collect_rarely
from data.keys import KeyFileError
from data.migrate import NewerSchemaError


def parser(wanted: str = "") -> argparse.ArgumentParser:
    """Every command with its options; where one of the server's own is wanted only those, which need nothing of the others."""
    root = argparse.ArgumentParser(prog="python -m app", description="Congye (从业档案)")
    commands = root.add_subparsers(dest="command", required=True)
    server.add(commands)
    if wanted not in server.COMMANDS:
        _add_others(commands)
    return root


def _add_others(commands: Parsers) -> None:
    from app.commands import audit, people, safekeeping, signatures, staff, transfer  # noqa: PLC0415

    for subject in (staff, people, audit, safekeeping, transfer, signatures):
        subject.add(commands)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns one of `RETURN_CODES`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    collect_rarely()
    arguments = sys.argv[1:] if arguments is None else arguments
    given = parser(next(iter(arguments), "")).parse_args(arguments)
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
    except NewerSchemaError as error:
        print(f"database: {error}. Install the version that was here before, or a later one.", file=sys.stderr)
        return DATABASE_ERROR
    except SQLAlchemyError as error:
        print(f"database: {type(error).__name__}: {error}", file=sys.stderr)
        return DATABASE_ERROR
    return code
