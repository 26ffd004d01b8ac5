"""One page of a scan as pixels, and what every kind of file shares."""

import struct
import zlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import UserError
from app.locale import _

Pixels = NDArray[np.uint8]  # height × width × 3, RGB

MAX_PIXELS = 88_000_000  # an A4 page at 600 dpi, laid askew on a larger canvas
MAX_SIDE = 30_000  # pixels; OpenCV's warping counts in 16 bits
LONG_ENOUGH = 6000  # pixels of the longer side above which half of them tell as much: A4 at 512 dpi

DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, MemoryError,
    AssertionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page of a scan. `width` and `height` are those of the file; `pixels` may be fewer, `reduced` times fewer on
    each side. `orientation` is the EXIF value (1–8) by which the stored pixels are to be shown."""

    number: int
    pixels: Pixels
    width: int
    height: int
    reduced: float = 1.0
    orientation: int = 1


class Scan(Protocol):
    """An open file of one or more pages; `close` ends it."""

    count: int

    def page(self, number: int) -> Page:
        """Page `number`, from 1. Raises UserError."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def decoded(image: Image.Image) -> Image.Image:
    """The picture's pixels, halved while it is decoded where it has far more than are needed."""
    if max(image.size) < LONG_ENOUGH:
        image.load()
        return image
    half = (-(-image.width // 2), -(-image.height // 2))
    image.draft(None, half)  # a JPEG is decoded at half its size at once
    image.load()
    return image if max(image.size) < LONG_ENOUGH else _averageable(image).reduce(2)


def _averageable(image: Image.Image) -> Image.Image:
    """The picture in a colour model whose values can be averaged: bits and numbers of a palette cannot."""
    if image.mode == "1":
        return image.convert("L")
    if image.mode in {"P", "PA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("I") if image.mode.startswith("I;") else image


def check_size(size: tuple[int, int]) -> None:
    """Raise UserError (`too_many_pixels`) for a picture too large to be read."""
    pixels = size[0] * size[1]
    if pixels > MAX_PIXELS:
        raise UserError(
            "too_many_pixels",
            _("图片有 {got} 万像素，要求不超过 {want} 万像素").format(got=pixels // 10_000, want=MAX_PIXELS // 10_000),
        )
    if max(size) > MAX_SIDE:
        raise UserError(
            "too_many_pixels",
            _("图片边长 {got} 像素，要求不超过 {want} 像素").format(got=max(size), want=MAX_SIDE),
        )


def check_pages(pages: int, max_pages: int) -> None:
    """Raise UserError (`too_many_pages`)."""
    if pages > max_pages:
        raise UserError("too_many_pages", _("文件有 {got} 页，要求不超过 {want} 页").format(got=pages, want=max_pages))


def broken(filename: str) -> UserError:
    """The error for a damaged file."""
    return UserError("broken_file", _("文件「{name}」已损坏或不完整，无法读取，请重新扫描").format(name=filename))
