"""The mend: any photo, scan or PDF page becomes a conforming JPG, as legible as 300 KB allow."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from app.attachments.decode import opened, page_count
from app.attachments.rules import (
    HIGHEST_DPI,
    KILOBYTE,
    LIMIT_BYTES,
    LOWEST_DPI,
    SMALLEST_MM,
    conforming,
    scale_fits,
)
from app.attachments.sources import Dpi, Size
from app.errors import UserError
from app.isolation import isolated
from app.locale import _

__all__ = ["Mended", "mend", "page_count", "reencode"]

A4_AT_100_DPI = (827, 1169)
SMALL_BYTES = LIMIT_BYTES // 10
LEGIBLE_QUALITY = 40
"""Below this JPEG quality, fewer pixels are easier to read than coarser ones."""
FULL, HALVED = "4:4:4", "4:2:0"
RUNGS = [
    *((quality, FULL) for quality in (95, 92, 90, 87, 85, 82, 80)),
    *((quality, HALVED) for quality in (85, 80, 75, 70, 65, 60, 55, 50, 45, 40, 30, 20, 10, 5)),
]
"""JPEG quality and chroma subsampling, best and largest first. At 72 dpi the last one always fits."""


@dataclass(frozen=True)
class Mended:
    """A conforming JPG. Width and height in pixels; `pages` are those of the file it came from."""

    content: bytes
    width: int
    height: int
    dpi: int
    quality: int
    pages: int


@dataclass(frozen=True)
class Plan:
    """How a picture is drawn to conform."""

    size: Size
    dpi: int

    def at(self, dpi: int) -> "Plan":
        """The same size on paper at a lower resolution, rounded down: the largest stays within the bounds."""
        return Plan((self.size[0] * dpi // self.dpi, self.size[1] * dpi // self.dpi), dpi)


@isolated
def mend(content: bytes, filename: str, page: int = 0) -> Mended:
    """A conforming JPG of a picture or a page (from 0) of a PDF or TIFF.

    Raises UserError as `decode.opened` does, `too_small` and `too_narrow`.
    """
    with opened(content, filename, page) as source:
        plan = planned(source.size, source.dpi)
        picture, pages = source.draw(plan.size), source.pages
    encoded, quality = _encoded(picture, plan.dpi, LIMIT_BYTES)
    for dpi in (85, LOWEST_DPI):
        if quality < LEGIBLE_QUALITY and dpi < plan.dpi:
            plan = plan.at(dpi)
            picture = picture.resize(plan.size, Image.Resampling.LANCZOS)
            encoded, quality = _encoded(picture, plan.dpi, LIMIT_BYTES)
    return Mended(encoded, *plan.size, dpi=plan.dpi, quality=quality, pages=pages)


@isolated
def reencode(content: bytes, filename: str = "") -> bytes:
    """A conforming file encoded anew: same pixel size and resolution, no metadata, hardly larger.

    Raises UserError with the code of the first rule that the file misses, and `too_detailed`.
    """
    name = filename or _("附件")
    accepted = conforming(content, name)
    with opened(content, name) as source:
        picture = source.draw(source.size)
    # At about the size it came in, the quality is about the one it came in.
    encoded, _quality = _encoded(picture, accepted.dpi, min(LIMIT_BYTES, max(len(content) * 5 // 4, SMALL_BYTES)))
    if len(encoded) >= LIMIT_BYTES:
        message = _("图片细节过密，重新编码后有 {got} KB，要求小于 {want} KB，请以较低的分辨率重新扫描")
        got, want = -(-len(encoded) // KILOBYTE), LIMIT_BYTES // KILOBYTE
        raise UserError("too_detailed", message.format(got=got, want=want))
    return encoded


def planned(size: Size, dpi: Dpi | None) -> Plan:
    """The pixel size and resolution at which a picture conforms; it is never enlarged.

    A file that credibly tells its size on paper keeps that size (1:1). Phones write a resolution that means nothing;
    for their photos an A4 sheet is assumed. Raises UserError `too_small`, `too_narrow`.
    """
    across, down = (round(value) for value in dpi) if dpi else (0, 0)
    if min(across, down) >= LOWEST_DPI and scale_fits(size, (across, down)):
        chosen = min(across, down, HIGHEST_DPI)
        return Plan(_scaled(size, chosen / across, chosen / down), chosen)
    shorter, longer = sorted(size)
    scale = min(1.0, A4_AT_100_DPI[0] / shorter, A4_AT_100_DPI[1] / longer)
    fitted = _scaled(size, scale, scale)
    for chosen in range(HIGHEST_DPI, LOWEST_DPI - 1, -1):
        if scale_fits(fitted, (chosen, chosen)):
            return Plan(fitted, chosen)
    raise _too_little(size)


def _too_little(size: Size) -> UserError:
    # Sides are compared in whole millimetres: half of one less is rounded up.
    shorter, longer = (-(-(2 * side - 1) * LOWEST_DPI * 10 // 508) for side in SMALLEST_MM)
    figures = {"width": size[0], "height": size[1], "shorter": shorter, "longer": longer}
    if min(size) >= shorter and max(size) >= longer:
        message = _("图片为 {width}×{height} 像素，过于狭长，缩到 A4 以内后短边不足 {shorter} 像素，请只截取证件部分")
        return UserError("too_narrow", message.format(**figures))
    message = _("图片只有 {width}×{height} 像素，看不清内容，要求至少 {longer}×{shorter} 像素，请重新拍照或扫描")
    return UserError("too_small", message.format(**figures))


def _encoded(picture: Image.Image, dpi: int, limit: int) -> tuple[bytes, int]:
    """The best JPG smaller than limit and its quality, found by bisection: five encodings, six if none fits."""
    low, high = 0, len(RUNGS) - 1
    content = b""
    while low < high:
        middle = (low + high) // 2
        tried = _jpeg(picture, dpi, *RUNGS[middle])
        if len(tried) < limit:
            content, high = tried, middle
        else:
            low = middle + 1
    return content or _jpeg(picture, dpi, *RUNGS[-1]), RUNGS[low][0]


def _jpeg(picture: Image.Image, dpi: int, quality: int, subsampling: str) -> bytes:
    out = BytesIO()
    # Without `optimize`: Pillow then guesses a buffer of a byte a pixel, and fails on a noisy picture that needs more.
    picture.save(out, "JPEG", quality=quality, subsampling=subsampling, dpi=(dpi, dpi))
    return out.getvalue()


def _scaled(size: Size, across: float, down: float) -> Size:
    return max(1, round(size[0] * across)), max(1, round(size[1] * down))
