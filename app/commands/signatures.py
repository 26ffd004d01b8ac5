"""signatures sheets, signatures read."""

import json
import sys
import uuid
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.access.rights import SYSTEM
from app.commands import DATABASE_ERROR, OK, USER_ERROR, Given, Parsers
from app.database import database
from app.locale import _
from app.signatures import batch, matching, printing
from app.signatures.batch import File, PageResult
from data import migrate
from data.models import Dossier
from data.vault import vault

_AT_ONCE = 200


def add(commands: Parsers) -> None:
    """Add the parsers."""
    parsers = commands.add_parser("signatures", help="signature sheets: print them, read their scans").add_subparsers(
        dest="signatures_command", required=True
    )
    sheets = parsers.add_parser("sheets", help="new sheets as one PDF")
    whose = sheets.add_mutually_exclusive_group(required=True)
    whose.add_argument("--dossier", nargs="+", type=uuid.UUID, metavar="ID", help="these people's, in this order")
    whose.add_argument("--all", action="store_true", help="everybody's, in the order their files were opened")
    sheets.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
    sheets.set_defaults(run=_sheets)
    read = parsers.add_parser("read", help="read scans of signed sheets; nothing is kept in the database")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE")
    read.add_argument("--json", action="store_true", help="one JSON line a page instead of a line to read")
    read.add_argument("--out", type=Path, metavar="DIR", help="folder for the signatures as PNG")
    read.set_defaults(run=_read)


def _sheets(given: Given) -> int:
    if not _ready():
        return DATABASE_ERROR
    with database().write() as db:
        ids = list(db.scalars(select(Dossier.id).order_by(Dossier.id))) if given.all else given.dossier
        waiting = iter(ids)
        sheets = []
        while some := list(islice(waiting, _AT_ONCE)):
            sheets += printing.number_sheets(db, SYSTEM, some)
        if not sheets:
            print(_("没有人员档案"), file=sys.stderr)
            return USER_ERROR
        given.out.write_bytes(printing.as_pdf(sheets))
    if without_glyph := printing.without_glyph(sheets):
        print(printing.glyph_missing(without_glyph), file=sys.stderr)
    print(f"{len(sheets)} sheets in {given.out}")
    return OK


def _read(given: Given) -> int:
    if not _ready():
        return DATABASE_ERROR
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    files = [File(path, path.name) for path in given.files if path.is_file()]
    for path in given.files:
        if not path.is_file():
            print(f"{path}: no such file", file=sys.stderr)
    code = OK if len(files) == len(given.files) else USER_ERROR
    seen: set[str] = set()
    for result in batch.read_batch(files, batch.count_pages(files), vault().keyring.tokens):
        line = _line(files[result.file], result, given.out, seen)
        if result.reading is None:
            print(f"{line['file']}: {result.message}", file=sys.stderr)
            code = USER_ERROR
        text = json.dumps(line, ensure_ascii=False) if given.json else _readable(line)
        print(text, flush=True)
    return code


def _line(file: File, result: PageResult, out: Path | None, seen: set[str]) -> dict[str, Any]:
    """What is told about one page; the second page of a person tells `double`."""
    line: dict[str, Any] = {"file": str(file.path), "page": result.page}
    line |= dict.fromkeys(("dossier", "sheet", "box", "signature"))
    reading = result.reading
    if reading is None:
        return line | {"problems": [result.code]}
    with database().read() as db:
        match = matching.match(db, reading)
    problems = list(match.problems)
    if match.dossier_id is not None:
        line |= {"dossier": str(match.dossier_id), "sheet": str(match.sheet_id)}
        if line["dossier"] in seen:
            problems.append("double")
        seen.add(line["dossier"])
    line["box"] = [list(corner) for corner in reading.box] if reading.box else None
    if out is not None and reading.signature_png is not None:
        path = _free_path(out, f"{file.path.stem}-{result.page}")
        path.write_bytes(reading.signature_png)
        line["signature"] = str(path)
    return line | {"problems": problems}


def _free_path(folder: Path, name: str) -> Path:
    """A PNG's path that no file has: nothing is overwritten."""
    path, number = folder / f"{name}.png", 1
    while path.exists():
        number += 1
        path = folder / f"{name}({number}).png"
    return path


def _readable(line: dict[str, Any]) -> str:
    return f"{line['file']} {line['page']}: {line['dossier'] or '-'} {' '.join(line['problems']) or 'ok'}"


def _ready() -> bool:
    if migrate.is_current(database().engine):
        return True
    print("The schema is not current: run python -m app migrate", file=sys.stderr)
    return False
