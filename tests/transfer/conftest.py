"""What tests of imports and exports share."""

import io
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from app.access.rights import SYSTEM
from app.jobs import (
    catalogue,  # noqa: F401  registers the kinds of jobs
    worker,
)
from app.transfer import imports
from data.engine import Database

Send = Callable[..., imports.Import]


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An Excel workbook with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_text(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """Delimited text with these rows."""
    return "".join(delimiter.join("" if cell is None else str(cell) for cell in row) + "\r\n" for row in rows)


@pytest.fixture
def send(database: Database) -> Send:
    """Send a file as the operator does: upload, check, run; returns the import as it then stands."""

    def send_file(
        target: str, content: bytes, columns: Mapping[str, int] | None = None, *, update: bool = False, run: bool = True
    ) -> imports.Import:
        with database.write() as db:
            sent = imports.upload(db, SYSTEM, target, "list.xlsx", io.BytesIO(content))
            chosen = dict(columns or sent.columns)
            check_id = imports.check(db, SYSTEM, sent.id, chosen, update_known=update)
        worker.run_now(database, check_id)
        if run:
            with database.write() as db:
                imports.start(db, SYSTEM, sent.id)
            worker.run_now(database, sent.id)
        return look(database, sent.id)

    return send_file


def look(database: Database, import_id: uuid.UUID) -> imports.Import:
    """The import as it stands."""
    with database.read() as db:
        return imports.get(db, SYSTEM, import_id)


def counts(found: imports.Import) -> dict[str, Any]:
    """Its counts that are not 0."""
    names = ("added", "changed", "unchanged", "skipped", "wrong")
    return {name: getattr(found.run, name) for name in names if getattr(found.run, name)}
