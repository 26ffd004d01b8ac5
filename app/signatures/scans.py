"""An uploaded scan as pixels: JPG, PNG, TIFF or PDF, checked before it is decoded."""

import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import UserError
from app.locale import _

Pixels = NDArray[np.uint8]  # height × width × 3, RGB

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_PIXELS = 60_000_000
MAX_SIDE = 30_000  # pixels; OpenCV's warping counts in 16 bits
MAX_PAGES = 10
PDF_DPI = 200
PDF_LONGEST = 4700  # pixels; a page larger than A3 is drawn at fewer dots per inch

_PDF_LOCK = threading.Lock()  # PDFium may be entered by one thread at a time
_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, MemoryError,
    AssertionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of a scan. `orientation` is the EXIF value (1–8) by which the stored pixels are to be shown."""

    number: int
    pixels: Pixels
    orientation: int = 1


def open_scan(
    content: bytes, filename: str, *, max_pages: int = MAX_PAGES, max_bytes: int = MAX_BYTES
) -> Iterator[Page]:
    """The pages of a scan one after the other, numbered from 1. What the file is, its content tells, not its name.

    PDF pages are drawn at 200 dpi. Raises UserError for what cannot be read: `empty_file`, `file_too_large`,
    `unsupported_file`, `broken_file`, `encrypted_pdf`, `too_many_pages`, `too_many_pixels`.
    """
    if not content:
        raise UserError("empty_file", _("文件「{name}」是空的（0 字节），请重新选择").format(name=filename))
    if len(content) > max_bytes:
        raise UserError(
            "file_too_large",
            _("文件大小 {got} MB，要求不超过 {want} MB").format(
                got=f"{len(content) / MEGABYTE:.1f}", want=max_bytes // MEGABYTE
            ),
        )
    if b"%PDF-" in content[:1024]:
        yield from _pdf_pages(content, filename, max_pages)
    else:
        yield from _image_pages(content, filename, max_pages)


def _image_pages(content: bytes, filename: str, max_pages: int) -> Iterator[Page]:
    try:
        image = Image.open(BytesIO(content), formats=("JPEG", "PNG", "TIFF"))
        pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    except Image.DecompressionBombError as error:
        raise UserError(
            "too_many_pixels", _("图片像素过多，要求不超过 {want} 万像素").format(want=MAX_PIXELS // 10_000)
        ) from error
    except UnidentifiedImageError as error:
        raise UserError(
            "unsupported_file",
            _("文件「{name}」不是可读的 JPG、PNG、TIFF 或 PDF，请转换后重新上传").format(name=filename),
        ) from error
    except _DECODER_ERRORS as error:
        raise _broken(filename) from error
    _check_pages(pages, max_pages)
    for number in range(1, pages + 1):
        yield _image_page(image, number, filename)


def _image_page(image: Image.Image, number: int, filename: str) -> Page:
    try:
        if number > 1:
            image.seek(number - 1)
        pixels = image.width * image.height
        if pixels > MAX_PIXELS:
            raise UserError(
                "too_many_pixels",
                _("图片有 {got} 万像素，要求不超过 {want} 万像素").format(
                    got=pixels // 10_000, want=MAX_PIXELS // 10_000
                ),
            )
        if max(image.size) > MAX_SIDE:
            raise UserError(
                "too_many_pixels",
                _("图片边长 {got} 像素，要求不超过 {want} 像素").format(got=max(image.size), want=MAX_SIDE),
            )
        image.load()
        orientation = int(image.getexif().get(0x0112, 1))
        return Page(number, np.asarray(_as_rgb(image)), orientation if 1 <= orientation <= 8 else 1)
    except (*_DECODER_ERRORS, Image.DecompressionBombError) as error:
        raise _broken(filename) from error


def _as_rgb(image: Image.Image) -> Image.Image:
    """RGB on white paper, whatever the depth and colour model."""
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a channel and more
        values = np.asarray(image, dtype=np.float64)
        largest = 65535 if values.max(initial=0) > 255 else 255
        return Image.fromarray(np.clip(values * 255 / largest, 0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    return image.convert("RGB")


def _pdf_pages(content: bytes, filename: str, max_pages: int) -> Iterator[Page]:
    with _PDF_LOCK:
        document = _open_pdf(content, filename)
        try:
            pages = len(document)
        except pdfium.PdfiumError as error:
            raise _broken(filename) from error
        if not pages:
            document.close()
            raise _broken(filename)
    try:
        _check_pages(pages, max_pages)
        for number in range(1, pages + 1):
            with _PDF_LOCK:
                pixels = _draw_pdf_page(document, number, filename)
            yield Page(number, pixels)
    finally:
        with _PDF_LOCK:
            document.close()


def _open_pdf(content: bytes, filename: str) -> Any:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium.raw.FPDF_ERR_PASSWORD:
            raise UserError(
                "encrypted_pdf", _("文件「{name}」是加密的 PDF，请去掉密码后重新上传").format(name=filename)
            ) from error
        raise _broken(filename) from error


def _draw_pdf_page(document: Any, number: int, filename: str) -> Pixels:
    try:
        page = document[number - 1]
        longest = max(page.get_size())
        bitmap = page.render(scale=min(PDF_DPI / 72, PDF_LONGEST / max(longest, 1)), rev_byteorder=True)
        pixels = np.array(bitmap.to_numpy())
        page.close()
    except (pdfium.PdfiumError, *_DECODER_ERRORS) as error:
        raise _broken(filename) from error
    return np.ascontiguousarray(np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3])


def _check_pages(pages: int, max_pages: int) -> None:
    if pages > max_pages:
        raise UserError("too_many_pages", _("文件有 {got} 页，要求不超过 {want} 页").format(got=pages, want=max_pages))


def _broken(filename: str) -> UserError:
    return UserError("broken_file", _("文件「{name}」已损坏或不完整，无法读取，请重新扫描").format(name=filename))


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as its EXIF orientation says it is to be shown."""
    image.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(image)
