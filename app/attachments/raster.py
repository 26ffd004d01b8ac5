"""JPG, PNG, WebP, BMP and TIFF through Pillow, measured by their headers before anything is decoded."""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.JpegImagePlugin import jpeg_factory
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from app.attachments import colour
from app.attachments.sources import (
    DECODER_ERRORS,
    MAX_PIXELS,
    Dpi,
    Size,
    Source,
    broken,
    check_page,
    too_many_pixels,
)
from app.errors import UserError
from app.locale import _

# One reader, chosen by the file's content. Image.open would refuse by a limit of its own, without telling the size.
READERS: dict[str, Callable[[BytesIO, str], ImageFile.ImageFile]] = {
    "JPG": jpeg_factory,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
}
MAX_JPEG_PIXELS = 200_000_000
"""A JPEG of one scan is decoded at a fraction of its size (DCT scaling), so that memory does not follow its header."""
MAX_SCAN_PIXELS = 1_000_000_000
"""Pixels × scans of a progressive JPEG: each scan, a few bytes long, costs a pass over the whole picture."""
MAX_TIFF_PAGES = 500
SHARPNESS = 1.5
"""A JPEG is decoded at 1.5 times the wanted size or more, then resampled: as sharp as from the full picture."""

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # ITU-T T.81 B.1.1: neither stuffing, restart nor fill bytes
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by the EXIF orientation (CIPA DC-008, 4.6.4)


@contextmanager
def opened(kind: str, content: bytes, filename: str, page: int) -> Iterator[Source]:
    """A picture of a kind named in READERS. Raises UserError as `decode.opened` does."""
    try:
        image = READERS[kind](BytesIO(content), "")
        pages = _tiff_pages(image, page) if isinstance(image, TiffImageFile) else 1
    except DECODER_ERRORS as error:
        raise broken(filename) from error
    check_page(page, pages)
    with image:
        if min(image.size) < 1:
            raise broken(filename)
        _refuse_by_header(kind, image, content)
        orientation = _orientation(image)
        sideways = orientation >= 5
        dpi = _dpi(kind, image)

        def draw(size: Size) -> Image.Image:
            try:
                picture = _decoded(image, _swapped(size, swap=sideways))
            except DECODER_ERRORS as error:
                raise broken(filename) from error
            return picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture

        yield Source(
            size=_swapped(image.size, swap=sideways),
            dpi=(dpi[1], dpi[0]) if dpi and sideways else dpi,
            draw=draw,
            pages=pages,
        )


def _decoded(image: ImageFile.ImageFile, size: Size) -> Image.Image:
    image.draft(None, (math.ceil(size[0] * SHARPNESS), math.ceil(size[1] * SHARPNESS)))
    image.load()
    profile = image.info.get("icc_profile")
    plain = colour.resizable(image)
    if plain.size != size:
        plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return colour.as_srgb(plain, profile)


def _swapped(size: Size, *, swap: bool) -> Size:
    return (size[1], size[0]) if swap else size


def _refuse_by_header(kind: str, image: ImageFile.ImageFile, content: bytes) -> None:
    pixels = image.width * image.height
    scans = _scans(content) if kind == "JPG" else 0
    limit = MAX_JPEG_PIXELS if scans == 1 else MAX_PIXELS  # several scans are held whole, unscaled
    if pixels > limit:
        raise too_many_pixels(image.size, limit)
    if pixels * scans > MAX_SCAN_PIXELS:
        message = _(
            "图片由 {got} 次扫描组成（渐进式 JPG），按 {width}×{height} 像素要求不超过 {want} 次，请另存为普通 JPG"
        )
        want = MAX_SCAN_PIXELS // pixels
        raise UserError("too_many_scans", message.format(got=scans, want=want, width=image.width, height=image.height))


def _scans(content: bytes) -> int:
    """How many scans a JPEG has: its segments one after the other, thumbnails inside them not counted."""
    scans, position = 0, 2
    while match := _MARKER.search(content, position):
        marker, position = match.group()[1], match.end()
        if marker == 0xD9:  # end of image
            break
        scans += marker == 0xDA
        position += int.from_bytes(content[position : position + 2], "big")
    return scans


def _tiff_pages(image: TiffImageFile, page: int) -> int:
    """Count the pages one directory after the other, bounded, and stand on the wanted one."""
    pages = 1
    try:
        while pages <= MAX_TIFF_PAGES:
            image.seek(pages)
            pages += 1
    except EOFError:
        image.seek(min(page, pages - 1))
        return pages
    message = _("文件超过 {want} 页，请只上传需要的那一页")
    raise UserError("too_many_pages", message.format(want=MAX_TIFF_PAGES))


def _orientation(image: ImageFile.ImageFile) -> int:
    if isinstance(image, TiffImageFile):
        return 1  # Pillow gives a TIFF upright
    value = _exif(image).get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _dpi(kind: str, image: ImageFile.ImageFile) -> Dpi | None:
    """The resolution a file states; None without one. Pillow reports 72 for a JPEG whose EXIF states none."""
    stated: Any = image.info.get("dpi")
    if kind == "JPG" and image.info.get("jfif_unit") not in (1, 2):
        exif = _exif(image)
        per_inch = 2.54 if exif.get(ExifTags.Base.ResolutionUnit) == 3 else 1.0
        try:
            stated = tuple(
                float(exif[tag]) * per_inch for tag in (ExifTags.Base.XResolution, ExifTags.Base.YResolution)
            )
        except DECODER_ERRORS:
            return None
    try:
        across, down = (float(value) for value in stated)
    except DECODER_ERRORS:
        return None
    return (across, down) if all(math.isfinite(value) and value > 0 for value in (across, down)) else None


def _exif(image: ImageFile.ImageFile) -> dict[int, Any]:
    """The tags of the EXIF block; a damaged block is no reason to refuse a picture."""
    try:
        if isinstance(image, PngImageFile) and "exif" not in image.info:
            return {}  # Pillow would decode the whole picture to look behind it
        return dict(image.getexif())
    except DECODER_ERRORS:
        return {}
