"""The background work: reading a batch, printing a list, packing signatures."""

import io
import tempfile
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from app.jobs import files
from app.jobs.queue import UNFINISHED
from app.jobs.registry import job
from app.jobs.running import Running
from app.jobs.schedule import periodic
from app.locale import _
from app.signatures import matching, printing
from app.signatures.batch import File, PageResult, count_pages, read_beside, total_of
from app.signatures.collecting import EXPORT, READ, SHEETS
from app.signatures.service import current_png
from app.signatures.sheet import SheetData
from app.signatures.zip_names import names
from data.clock import database_now
from data.engine import Database
from data.models import Dossier, Job, SignaturePage
from data.vault import vault

RESULT = "result"
_AT_ONCE = 200


@job(READ)
def read(running: Running) -> dict[str, Any]:
    """Read every page of the batch and match it; the pages wait for staff to take them."""
    shown = [str(name) for name in running.parameters["files"]]
    with tempfile.TemporaryDirectory(prefix="congye-") as folder:  # for this user's eyes only, gone at the end
        found = [File(_unpacked(running, index, Path(folder)), name) for index, name in enumerate(shown)]
        counts = count_pages(found)
        total = total_of(counts)
        for number, result in enumerate(read_beside(found, counts, vault().keyring.tokens), 1):
            with running.database.write() as db:
                running.checkpoint(db, number, total)
                page = _page(result, found[result.file].name)
                if result.reading is not None:
                    match = matching.match(db, result.reading)
                    page.dossier_id, page.sheet_id = match.dossier_id, match.sheet_id
                    page.problems = " ".join(match.problems)
                page.job_id, page.number = running.job_id, number
                page.state = _state(page)
                db.add(page)
    _tell_doubles(running)
    return {"pages": total}


def _unpacked(running: Running, index: int, folder: Path) -> Path:
    path = folder / str(index)
    with path.open("wb") as file:
        for piece in files.pieces(running.database, running.job_id, str(index)):
            file.write(piece)
    return path


def _page(result: PageResult, file_name: str) -> SignaturePage:
    reading = result.reading
    return SignaturePage(
        file_name=file_name[:200],
        page=result.page,
        scan=reading.page_jpeg if reading else None,
        signature=reading.signature_png if reading else None,
        problems="",
        message=result.message[:200],
    )


def _state(page: SignaturePage) -> str:
    if page.scan is None or (page.dossier_id is None and page.signature is None):
        return "failed"
    return "look" if page.problems or page.dossier_id is None else "matched"


def _tell_doubles(running: Running) -> None:
    """A person with two pages needs a look at each of them."""
    with running.database.write() as db:
        mine = (SignaturePage.job_id == running.job_id, SignaturePage.dossier_id.is_not(None))
        pages = list(db.scalars(select(SignaturePage).where(*mine)))
        often = Counter(page.dossier_id for page in pages)
        for page in pages:
            if often[page.dossier_id] > 1:
                page.problems = f"{page.problems} double".strip()
                page.state = "look"


@job(SHEETS)
def print_list(running: Running) -> dict[str, Any]:
    """A sheet for everybody on the list, in its order, in one PDF."""
    people = [uuid.UUID(text) for text in running.parameters["people"]]
    without_glyph: dict[str, None] = {}
    pdf = printing.as_pdf(_numbered(running, people, without_glyph))
    with running.database.write() as db:
        files.store(db, running.job_id, RESULT, io.BytesIO(pdf))
    return {"file_name": f"{_('签名采集表')}.pdf", "pages": len(people), "without_glyph": "".join(without_glyph)}


def _numbered(running: Running, people: Sequence[uuid.UUID], without_glyph: dict[str, None]) -> Iterator[SheetData]:
    """The sheets, numbered some at a time while those before them are drawn; adds the characters that cannot be."""
    for start in range(0, len(people), _AT_ONCE):
        with running.database.write() as db:
            sheets = printing.number_sheets(db, running.actor, people[start : start + _AT_ONCE])
            running.checkpoint(db, start, len(people))
        without_glyph.update(dict.fromkeys(printing.without_glyph(sheets)))
        yield from sheets


@job(EXPORT)
def pack(running: Running) -> dict[str, Any]:
    """The newest signature of everybody on the list as a ZIP of PNGs named by the rule."""
    people = [uuid.UUID(text) for text in running.parameters["people"]]
    with running.database.read() as db:
        rows: dict[uuid.UUID, tuple[str, str]] = {}
        for start in range(0, len(people), _AT_ONCE):
            some = select(Dossier).where(Dossier.id.in_(people[start : start + _AT_ONCE]))
            rows |= {row.id: (row.name, row.number) for row in db.scalars(some)}
    people = [dossier_id for dossier_id in people if dossier_id in rows]
    file_names = names(running.parameters["rule"], [rows[dossier_id] for dossier_id in people])
    packed = 0
    with files.JobFileWriter(running.database, running.job_id, RESULT) as out, zipfile.ZipFile(out, "w") as archive:
        for number, (dossier_id, file_name) in enumerate(zip(people, file_names, strict=True), 1):
            running.report(number, len(people))
            with running.database.read() as db:
                png = current_png(db, running.actor, dossier_id)
            if png is not None:
                archive.writestr(file_name, png)
                packed += 1
    return {"file_name": f"{_('签名')}.zip", "packed": packed, "without": len(people) - packed}


@periodic("signature-pages", every=timedelta(hours=1))
def remove_old(database: Database) -> None:
    """Remove the pages of batches together with their files."""
    with database.write() as db:
        old = select(Job.id).where(Job.state.not_in(UNFINISHED), Job.ended_at < database_now(db) - files.KEPT)
        db.execute(delete(SignaturePage).where(SignaturePage.job_id.in_(old)))
