"""An uploaded scan as pixels: JPG, PNG, TIFF or PDF, checked before it is decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import UserError
from app.locale import _
from app.signatures.pages import (
    DECODER_ERRORS,
    MAX_PIXELS,
    Page,
    Scan,
    broken,
    check_pages,
    check_size,
    decoded,
)
from app.signatures.pdf_pages import PdfScan

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_PAGES = 10


@contextmanager
def open_scan(
    source: bytes | Path, filename: str, *, max_pages: int = MAX_PAGES, max_bytes: int = MAX_BYTES
) -> Iterator[Scan]:
    """An open scan, its bytes given or its file. What it is, the content tells, not the name.

    A PDF page that holds a scanner's picture has that picture's pixels; any other is drawn at 200 dpi. Raises UserError
    for what cannot be read, here or when a page is asked for: `empty_file`, `file_too_large`, `unsupported_file`,
    `broken_file`, `encrypted_pdf`, `too_many_pages`, `too_many_pixels`.
    """
    head = _checked(source, filename, max_bytes)
    kind = PdfScan if b"%PDF-" in head else PictureScan
    scan = kind(source, filename, max_pages)
    try:
        yield scan
    finally:
        scan.close()


def _checked(source: bytes | Path, filename: str, max_bytes: int) -> bytes:
    """The first bytes of a scan that is neither empty nor too large."""
    if isinstance(source, Path):
        size = source.stat().st_size
        with source.open("rb") as file:
            head = file.read(1024)
    else:
        size, head = len(source), source[:1024]
    if not size:
        raise UserError("empty_file", _("文件「{name}」是空的（0 字节），请重新选择").format(name=filename))
    if size > max_bytes:
        raise UserError(
            "file_too_large",
            _("文件大小 {got} MB，要求不超过 {want} MB").format(
                got=f"{size / MEGABYTE:.1f}", want=max_bytes // MEGABYTE
            ),
        )
    return head


class PictureScan:
    """An open JPG, PNG or TIFF; only a TIFF has more than one page."""

    def __init__(self, source: bytes | Path, filename: str, max_pages: int) -> None:
        self._filename = filename
        self._source = source
        self._image = self._opened()
        try:
            self.count = int(getattr(self._image, "n_frames", 1)) if self._image.format == "TIFF" else 1
        except DECODER_ERRORS as error:
            raise broken(filename) from error
        check_pages(self.count, max_pages)

    def _opened(self) -> Image.Image:
        source = BytesIO(self._source) if isinstance(self._source, bytes) else self._source
        try:
            return Image.open(source, formats=("JPEG", "PNG", "TIFF"))
        except Image.DecompressionBombError as error:
            raise UserError(
                "too_many_pixels", _("图片像素过多，要求不超过 {want} 万像素").format(want=MAX_PIXELS // 10_000)
            ) from error
        except UnidentifiedImageError as error:
            raise UserError(
                "unsupported_file",
                _("文件「{name}」不是可读的 JPG、PNG、TIFF 或 PDF，请转换后重新上传").format(name=self._filename),
            ) from error
        except DECODER_ERRORS as error:
            raise broken(self._filename) from error

    def page(self, number: int) -> Page:
        """Page `number`, from 1. Raises UserError."""
        image = self._image
        try:
            if self.count > 1:
                image.seek(number - 1)
            width, height = image.size
            check_size(image.size)
            orientation = int(image.getexif().get(0x0112, 1))
            pixels = np.asarray(_as_rgb(decoded(image)))
        except (*DECODER_ERRORS, Image.DecompressionBombError) as error:
            raise broken(self._filename) from error
        orientation = orientation if 1 <= orientation <= 8 else 1
        return Page(number, pixels, width, height, width / pixels.shape[1], orientation)

    def close(self) -> None:
        """Let go of the file."""
        self._image.close()


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
    return image if image.mode == "RGB" else image.convert("RGB")


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as its EXIF orientation says it is to be shown."""
    image.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(image)
