"""What every kind of uploaded file offers once its header is read, and how it is refused."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from app.errors import UserError
from app.locale import _

Size = tuple[int, int]
"""Width and height in pixels, as the picture is shown."""
Dpi = tuple[float, float]
"""Dots per inch across and down, as the picture is shown."""

MAX_PIXELS = 50_000_000
"""A phone's 48 megapixels, or A4 in colour at 600 dpi; about 400 MB while it is converted."""

DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, MemoryError,
    AssertionError, RuntimeError, BufferError, struct.error, zlib.error, Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow's decoders let out for a damaged file."""


@dataclass(frozen=True)
class Source:
    """A picture or PDF page that is opened but not decoded.

    `draw` decodes it, once, at a size: RGB (sRGB) on white paper, upright. It raises UserError `broken_file`.
    """

    size: Size
    dpi: Dpi | None
    draw: Callable[[Size], Image.Image]
    pages: int = 1


def broken(filename: str) -> UserError:
    """The file is damaged or cut off."""
    return UserError("broken_file", _("文件「{name}」已损坏或不完整，无法读取，请重新扫描").format(name=filename))


def too_many_pixels(size: Size, limit: int) -> UserError:
    """The picture would take too much memory to decode."""
    message = _("图片为 {width}×{height}（{got} 万像素），要求不超过 {want} 万像素，请缩小后重新上传")
    got, want = -(-size[0] * size[1] // 10_000), limit // 10_000
    return UserError("too_many_pixels", message.format(width=size[0], height=size[1], got=got, want=want))


def check_page(page: int, pages: int) -> None:
    """Raises UserError `no_such_page` unless page (from 0) is one of the pages."""
    if not 0 <= page < pages:
        raise UserError("no_such_page", _("文件共 {pages} 页，没有第 {page} 页").format(pages=pages, page=page + 1))
