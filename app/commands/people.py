"""reindex, print-key, verify-print."""

from app.access.rights import SYSTEM
from app.commands import OK, Given, Parsers
from app.database import database, key_path
from app.settings import settings
from data.keys import load_keyring


def add(commands: Parsers) -> None:
    """Add the parsers."""
    reindex = commands.add_parser("reindex", help="build the search index anew; changes wait until it is done")
    reindex.set_defaults(run=_reindex)
    commands.add_parser("print-key", help="print the public key that printed files are checked with").set_defaults(
        run=_print_key
    )
    verify = commands.add_parser("verify-print", help="check a printed file: a PDF, a picture, or the text of its code")
    verify.add_argument("given", metavar="FILE|TEXT")
    verify.add_argument("--key", help="public key of the installation that printed it; otherwise this one's")
    verify.set_defaults(run=_verify_print)


def _own_key() -> str:
    from app.dossiers.prints import public_key  # noqa: PLC0415

    return public_key(load_keyring(key_path(settings().home)))


def _print_key(_given: Given) -> int:
    print(_own_key())
    return OK


def _verify_print(given: Given) -> int:
    from app.dossiers.printing import check  # noqa: PLC0415

    found = check(given.given, given.key or _own_key())
    print("Genuine. Compare with the paper:")
    for name, value in vars(found).items():
        if name != "text":
            print(f"  {name}: {value}")
    return OK


def _reindex(_given: Given) -> int:
    from app.dossiers.reindex import reindex  # noqa: PLC0415  keeps the other commands quick

    with database().write() as db:
        done = reindex(db, SYSTEM, lambda so_far: print(f"{so_far} files", flush=True))
    print(f"The search index holds {done} files.")
    return OK
