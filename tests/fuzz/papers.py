"""PDFs as a target: small ones, drawn small, so that a case is reading and hardly painting."""

import io
import queue
from functools import cache
from unittest.mock import patch

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.dossiers.photo import id_photo
from app.errors import UserError
from app.isolation import Worker, _Idle
from tests.attachments.pictures import pdf, pdf_with_picture, photo

LONGEST = 64
"""Pixels of the longer side that a page is drawn with."""


def seeds() -> tuple[bytes, ...]:
    """Plain text, so that a changed byte is a changed instruction; and packed as files are."""
    return page(compressed=False), page(compressed=True), pdf(2, (60, 80)), pdf_with_picture(8, 8)


def page(*, compressed: bool) -> bytes:
    """A page with lines, text, a picture, a form field and a link."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(120, 160), pageCompression=int(compressed), invariant=1)
    canvas.setFont("Helvetica", 9)
    canvas.drawString(10, 140, "Certificate 2026")
    canvas.setDash(2, 1)
    canvas.bezier(10, 100, 40, 140, 80, 60, 110, 100)
    canvas.linearGradient(0, 0, 120, 40, ((1, 0, 0), (0, 0, 1)))
    canvas.drawImage(ImageReader(photo(40, 40)), 10, 50, 20, 20)
    canvas.acroForm.textfield(x=40, y=50, width=40, height=12, value="x")
    canvas.linkURL("https://192.0.2.1/", (10, 10, 50, 20))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def in_worker(content: bytes) -> None:
    """The way of an uploaded file in the server: a process of its own, with its limits, makes a portrait of it."""
    with patch.object(_Idle, "workers", _workers()):
        try:
            id_photo(content, "x")
        except UserError as error:
            if error.code in {"too_slow", "too_heavy"}:  # the process did not live to answer
                raise RuntimeError(error.code) from error
            raise


@cache
def _workers() -> queue.LifoQueue[Worker]:
    one: queue.LifoQueue[Worker] = queue.LifoQueue()
    one.put(Worker())  # its process ends with this one, whose tasks it waits for
    return one
