"""One page of a PDF through PDFium; the other pages are not touched."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from app.attachments.sources import DECODER_ERRORS, MAX_PIXELS, Size, Source, broken, check_page, too_many_pixels
from app.errors import UserError
from app.locale import _

PDFIUM = threading.Lock()
"""PDFium may be entered by one thread of a process at a time, whichever document it works on."""
DPI = 300
"""A page has no pixels of its own: it counts as scanned at 300 dpi."""
OVERSAMPLING = 2
"""Drawn at twice the wanted size, then resampled: small print keeps its strokes."""
MAX_IMAGES_PIXELS = 2 * MAX_PIXELS
"""Of all pictures on one page: a scanner may lay a mask in full resolution over the colours."""

_ERRORS = (pdfium.PdfiumError, *DECODER_ERRORS)


@contextmanager
def opened(content: bytes, filename: str, page: int) -> Iterator[Source]:
    """A page (from 0) as if scanned at 300 dpi. Raises UserError as `decode.opened` does."""
    with PDFIUM:
        document = _document(content, filename)
        try:
            pages = len(document)
            if not pages:
                raise broken(filename)
            check_page(page, pages)
            sheet = _sheet(document, page, filename)
            try:
                yield Source(
                    size=_size(sheet, filename),
                    dpi=(DPI, DPI),
                    draw=lambda size: _drawn(sheet, size, filename),
                    pages=pages,
                )
            finally:
                sheet.close()
        finally:
            document.close()


def _document(content: bytes, filename: str) -> Any:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium.raw.FPDF_ERR_PASSWORD:
            message = _("文件「{name}」是加密的 PDF，请去掉密码后重新上传").format(name=filename)
            raise UserError("encrypted_pdf", message) from error
        raise broken(filename) from error


def _sheet(document: Any, page: int, filename: str) -> Any:
    try:
        return document[page]
    except _ERRORS as error:
        raise broken(filename) from error


def _size(sheet: Any, filename: str) -> Size:
    width, height = (float(points) * DPI / 72 for points in sheet.get_size())
    if not (math.isfinite(width) and math.isfinite(height) and min(width, height) > 0):
        raise broken(filename)
    return max(1, round(width)), max(1, round(height))


def _drawn(sheet: Any, size: Size, filename: str) -> Image.Image:
    try:
        _refuse_by_images(sheet)
        width, height = sheet.get_size()
        scale = OVERSAMPLING * min(size[0] / width, size[1] / height)
        picture: Image.Image = sheet.render(scale=scale, rev_byteorder=True).to_pil()
        return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    except _ERRORS as error:
        raise broken(filename) from error


def _refuse_by_images(sheet: Any) -> None:
    """A page of a few bytes may hold a picture that fills the memory: look at the headers of its pictures first."""
    total = 0
    for image in sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]):
        size = image.get_px_size()
        if size[0] * size[1] > MAX_PIXELS:
            raise too_many_pixels(size, MAX_PIXELS)
        total += size[0] * size[1]
    if total > MAX_IMAGES_PIXELS:
        message = _("这一页上的图片共 {got} 万像素，要求不超过 {want} 万像素，请以较低的分辨率重新扫描")
        got, want = -(-total // 10_000), MAX_IMAGES_PIXELS // 10_000
        raise UserError("too_many_pixels", message.format(got=got, want=want))
