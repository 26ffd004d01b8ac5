"""Pages of a PDF: a scanner's page is the picture it holds, in the picture's own pixels; any other is drawn."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from app.attachments.pdf import PDFIUM
from app.errors import UserError
from app.locale import _
from app.signatures.pages import DECODER_ERRORS, Page, broken, check_pages, check_size, decoded

PDF_DPI = 200
PDF_LONGEST = 4700  # pixels of a page that is drawn; one larger than A3 gets fewer dots per inch
_BESIDE = 0.03  # of the page's size, by which a scanner's picture is laid beside its edges at most
_ORIENTATION = {0: 1, 90: 6, 180: 3, 270: 8}  # EXIF values for a page's own turn
_ERRORS = (pdfium.PdfiumError, *DECODER_ERRORS)


class PdfScan:
    """An open PDF. PDFium may be entered by one thread of a process at a time."""

    def __init__(self, source: bytes | Path, filename: str, max_pages: int) -> None:
        self._filename = filename
        with PDFIUM:
            self._document = _open(source, filename)
            try:
                self.count = len(self._document)
                if not self.count:
                    raise broken(filename)
                check_pages(self.count, max_pages)
            except pdfium.PdfiumError as error:
                raise broken(filename) from error

    def page(self, number: int) -> Page:
        """Page `number`, from 1. Raises UserError."""
        try:
            with PDFIUM:
                page = self._document[number - 1]
                try:
                    found = _scanned(page, number)
                    return found if found is not None else _drawn(page, number)
                finally:
                    page.close()
        except _ERRORS as error:
            raise broken(self._filename) from error

    def close(self) -> None:
        """Let go of the file."""
        with PDFIUM:
            self._document.close()


def _open(source: bytes | Path, filename: str) -> Any:
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium.raw.FPDF_ERR_PASSWORD:
            raise UserError(
                "encrypted_pdf", _("文件「{name}」是加密的 PDF，请去掉密码后重新上传").format(name=filename)
            ) from error
        raise broken(filename) from error


def _scanned(page: Any, number: int) -> Page | None:
    """The one JPEG that fills the page (a layer of recognised text may lie over it); None for any other page."""
    image = _only_picture(page)
    if image is None or list(image.get_filters(skip_simple=True)) != ["DCTDecode"]:
        return None
    picture = Image.open(BytesIO(bytes(image.get_data(decode_simple=True))), formats=("JPEG",))
    if picture.mode not in {"RGB", "L"}:
        return None
    width, height = picture.size
    check_size(picture.size)
    pixels = np.asarray(decoded(picture).convert("RGB"))
    orientation = _ORIENTATION.get(page.get_rotation(), 1)
    return Page(number, pixels, width, height, width / pixels.shape[1], orientation)


def _only_picture(page: Any) -> Any:
    """The picture that fills the page upright, where there is nothing else to see and nothing of it is cut off."""
    objects = list(page.get_objects(max_depth=2))
    images = [item for item in objects if item.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE]
    others = {item.type for item in objects} - {pdfium.raw.FPDF_PAGEOBJ_IMAGE, pdfium.raw.FPDF_PAGEOBJ_TEXT}
    if len(images) != 1 or others or pdfium.raw.FPDFPage_GetAnnotCount(page.raw):
        return None
    edges = np.array(page.get_bbox())
    across, skew_down, skew_across, down, left, bottom = images[0].get_matrix().get()
    beside = np.abs(np.array([left, bottom, left + across, bottom + down]) - edges)
    fills = (beside <= _BESIDE * np.tile(edges[2:] - edges[:2], 2)).all()
    return images[0] if fills and not skew_down and not skew_across else None


def _drawn(page: Any, number: int) -> Page:
    longest = max(page.get_size())
    bitmap = page.render(scale=min(PDF_DPI / 72, PDF_LONGEST / max(longest, 1)), rev_byteorder=True)
    pixels = np.array(bitmap.to_numpy())
    pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3]
    return Page(number, np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0])
