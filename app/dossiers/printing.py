"""Printing a person's file, and checking a print."""

import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.dossiers import past
from app.dossiers.print_pdf import PrintedFile, file_pdf, text_of
from app.dossiers.prints import PREFIX, Print, checked, text_digest
from app.dossiers.service import there, today
from app.errors import UserError
from app.locale import _
from app.records import service as records
from app.settings import settings
from app.signatures import service as signatures
from data.models import Dossier
from data.vault import vault

RENDER_SCALE = 3.0
"""Pixels a point when a PDF's code is read."""


@requires(Action.DOSSIER_PRINT)
def printed(db: Session, actor: Actor, dossier_id: uuid.UUID, on: date | None = None) -> bytes:
    """The file as a PDF, as it is or stood on a day; that it was printed is on record. Raises UserError."""
    dossier = there(db.get(Dossier, dossier_id, options=[undefer(Dossier.photo)]))
    if on is None or on >= today():
        found = records.of_file(db, actor, dossier_id)
        png = signatures.current_png(db, actor, dossier_id)
        file = PrintedFile(dossier, found, today(), datetime.now(UTC), settings().organisation, png)
    else:
        stood = past.as_of(db, actor, dossier_id, on)
        png = signatures.current_png(db, actor, dossier_id, on)
        file = PrintedFile(stood.dossier, stood.records, on, datetime.now(UTC), settings().organisation, png)
    shown = {"shown": ["number", "address"], "on": file.on.isoformat()}
    trail.note(db, actor, Action.DOSSIER_PRINT, "dossier", dossier_id, dossier_id=dossier_id, after=shown)
    return file_pdf(file, vault().keyring, settings().font_folder)


def check(given: str, key: str) -> Print:
    """Check a print: a PDF, a picture of the page, or the text of its code. Raises UserError.

    Of a PDF the whole text is checked; of a picture or a code, what the code says is to be compared with the paper.
    """
    if given.startswith(PREFIX):
        return checked(given, key)
    path = Path(given)
    if not path.is_file():
        raise UserError("print", _("没有文件 {path}，也不是二维码的文字").format(path=given))
    content = path.read_bytes()
    if not content.startswith(b"%PDF"):
        with Image.open(path) as picture:
            return checked(_code_in(np.asarray(picture.convert("L"))), key)
    found = checked(_code_in_pdf(content), key)
    if found.text != text_digest(text_of(content)):
        raise UserError("print", _("二维码是真的，但 PDF 的文字被改动过"))
    return found


def _code_in_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        last = document[len(document) - 1]
        return _code_in(np.asarray(last.render(scale=RENDER_SCALE, grayscale=True).to_pil()))
    finally:
        document.close()


def _code_in(picture: np.ndarray) -> str:
    for found in zxingcpp.read_barcodes(picture):
        if found.text.startswith(PREFIX):
            return str(found.text)
    raise UserError("print", _("没有找到可核对的二维码"))
