"""A person's file as a PDF: A4, identity with the photo, all records, the signature, a signed QR code on the last page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.dossiers.prints import Print, code, text_digest
from app.locale import _, either, told
from app.moments import to_the_minute
from app.signatures.fonts import FontChain, draw_text, font_chain, text_width
from app.signatures.geometry import POINTS_PER_MM, black_runs, qr_matrix
from app.validation import label, shown
from data.keys import Keyring
from data.models import Dossier, Record, categories
from data.models.dossier import IDENTITY_FIELDS

LEFT, RIGHT, TOP, BOTTOM = 18.0, 192.0, 18.0, 279.0
"""Margins in mm from the top left corner of the page."""
TITLE, HEADING, TEXT, SMALL = 16.0, 11.5, 9.5, 8.0
"""Sizes in points."""
LINE = 1.5
QR_MM = 46.0
PHOTO_MM = (26.0, 32.0)
SIGNATURE_MM = (60.0, 24.0)
"""At most."""


@dataclass(frozen=True)
class PrintedFile:
    """What is printed: identity and records, as they are now or stood on a day."""

    dossier: Dossier
    records: Mapping[str, Sequence[Record]]
    on: date
    printed: datetime
    organisation: str
    signature: bytes | None = None
    """PNG with a transparent ground."""


def file_pdf(file: PrintedFile, keyring: Keyring, font_folder: Path | None = None) -> bytes:
    """The PDF. Its code holds the digest of its own text, so it is laid out once without and once with the code."""
    fonts = font_chain(font_folder)
    plain = _Layout(fonts).draw(file, "")
    facts = Print(
        name=file.dossier.name,
        number=file.dossier.number,
        printed=file.printed.isoformat(timespec="seconds"),
        on=file.on.isoformat(),
        records={key: len(rows) for key, rows in file.records.items() if rows},
        text=text_digest(text_of(plain)),
    )
    return _Layout(fonts).draw(file, code(facts, keyring))


def text_of(pdf: bytes) -> str:
    """The text of all pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


class _Layout:
    """One document being drawn: lines from the top down, a new page when one is full."""

    def __init__(self, fonts: FontChain) -> None:
        self._fonts = fonts
        self._buffer = BytesIO()
        self._canvas: Any = Canvas(self._buffer, pagesize=A4, pageCompression=1, initialFontName=fonts.main_font)
        self._y = TOP
        self._page = 1

    def draw(self, file: PrintedFile, code_text: str) -> bytes:
        self._canvas.setTitle(_("个人从业信息"))
        self._lines(file.organisation, SMALL)
        self._lines(_("个人从业信息"), TITLE)
        self._identity(file.dossier)
        for category in categories():
            self._heading(either(category.zh, category.en))
            rows = file.records.get(category.key, ())
            for number, record in enumerate(rows, 1):
                pairs = ((label(each), shown(each, getattr(record, each.key))) for each in category.fields)
                text = either("；", "; ").join(told(name, value) for name, value in pairs if value)
                self._lines(f"{number}. {text}", TEXT)
            if not rows:
                self._lines(_("无"), TEXT)
        self._signature(file.signature)
        self._foot(file, code_text)
        self._canvas.save()
        return self._buffer.getvalue()

    def _identity(self, dossier: Dossier) -> None:
        top = self._y
        width = RIGHT - LEFT - PHOTO_MM[0] - 6
        for field in IDENTITY_FIELDS.values():
            value = shown(field, getattr(dossier, field.key))
            if value:
                self._lines(told(label(field), value), TEXT, width)
        if dossier.photo is not None:
            left, bottom = (RIGHT - PHOTO_MM[0]) * POINTS_PER_MM, A4[1] - (top + PHOTO_MM[1]) * POINTS_PER_MM
            size = (PHOTO_MM[0] * POINTS_PER_MM, PHOTO_MM[1] * POINTS_PER_MM)
            self._canvas.drawImage(ImageReader(BytesIO(dossier.photo)), left, bottom, *size)
            self._y = max(self._y, top + PHOTO_MM[1] + 2)

    def _signature(self, png: bytes | None) -> None:
        self._heading(_("个人签名信息"))
        if png is None:
            self._lines(_("无"), TEXT)
            return
        picture = ImageReader(BytesIO(png))
        width, height = picture.getSize()
        scale = min(SIGNATURE_MM[0] / width, SIGNATURE_MM[1] / height)
        self._room(height * scale)
        self._y += height * scale
        left, bottom = LEFT * POINTS_PER_MM, A4[1] - self._y * POINTS_PER_MM
        size = (width * scale * POINTS_PER_MM, height * scale * POINTS_PER_MM)
        self._canvas.drawImage(picture, left, bottom, *size, mask="auto")

    def _foot(self, file: PrintedFile, code_text: str) -> None:
        self._room(QR_MM + 6)
        top = self._y + 3
        if code_text:
            self._qr(code_text, top)
        self._y = top
        width = RIGHT - LEFT - QR_MM - 6
        self._lines(_("档案日期：{day}").format(day=file.on), TEXT, width)
        self._lines(_("打印时间：{time}").format(time=to_the_minute(file.printed)), TEXT, width)
        note = _("右侧二维码由本系统签名。持有本系统公钥的任何人可离线核对：python -m app verify-print")
        self._lines(note, SMALL, width)
        self._number()

    def _qr(self, text: str, top: float) -> None:
        modules = qr_matrix(text)
        side = QR_MM / modules.shape[0] * POINTS_PER_MM
        left, head = (RIGHT - QR_MM) * POINTS_PER_MM, A4[1] - top * POINTS_PER_MM
        path = self._canvas.beginPath()
        for row, start, length in black_runs(modules):
            path.rect(left + start * side, head - (row + 1) * side, length * side, side)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _heading(self, text: str) -> None:
        self._room(14)
        self._y += 2.5
        self._lines(text, HEADING)
        at = A4[1] - (self._y - 0.6) * POINTS_PER_MM
        self._canvas.setLineWidth(0.4)
        self._canvas.line(LEFT * POINTS_PER_MM, at, RIGHT * POINTS_PER_MM, at)
        self._y += 0.8

    def _lines(self, text: str, size: float, width: float = RIGHT - LEFT) -> None:
        height = size * LINE / POINTS_PER_MM
        for line in _wrapped(text, size, width * POINTS_PER_MM, self._fonts):
            self._room(height)
            baseline = A4[1] - self._y * POINTS_PER_MM - size * 1.1
            draw_text(self._canvas, line, (LEFT * POINTS_PER_MM, baseline), size, self._fonts)
            self._y += height

    def _room(self, height: float) -> None:
        if self._y + height > BOTTOM:
            self._number()
            self._canvas.showPage()
            self._page += 1
            self._y = TOP

    def _number(self) -> None:
        at = (A4[0] / 2, A4[1] - (BOTTOM + 8) * POINTS_PER_MM)
        draw_text(self._canvas, str(self._page), at, SMALL, self._fonts)


def _wrapped(text: str, size: float, width: float, fonts: FontChain) -> list[str]:
    """The text in lines of at most `width` points; Chinese breaks anywhere, and numbers are short enough to."""
    lines, line, used = [], "", 0.0
    for character in text:
        wide = text_width(character, size, fonts)
        if line and used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += wide
    return [*lines, line] if line else lines
