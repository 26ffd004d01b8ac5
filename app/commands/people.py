"""reindex."""

from app.access.rights import SYSTEM
from app.commands import OK, Given, Parsers
from app.database import database


def add(commands: Parsers) -> None:
    """Add the parsers."""
    reindex = commands.add_parser("reindex", help="build the search index anew; changes wait until it is done")
    reindex.set_defaults(run=_reindex)


def _reindex(_given: Given) -> int:
    from app.dossiers.reindex import reindex  # noqa: PLC0415  keeps the other commands quick

    with database().write() as db:
        done = reindex(db, SYSTEM, lambda so_far: print(f"{so_far} files", flush=True))
    print(f"The search index holds {done} files.")
    return OK
