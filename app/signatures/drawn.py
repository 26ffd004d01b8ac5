"""A signature drawn with a finger or a pen on a screen: from its strokes to the same PNG that a scan gives."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import UserError
from app.locale import _
from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM

MOST_STROKES, MOST_POINTS = 400, 40_000
_LEAST_SPAN = 0.12  # of the pad's width
_PEN = 0.9  # mm on the sheet's box
_FINE = 3  # drawn so many times larger and reduced
_MARGIN = 2 * PIXELS_PER_MM
_COLOUR = (20, 20, 24)

Stroke = NDArray[np.float64]  # points: x and y from 0 to 1 of the pad's width, pressure from 0 to 1


@dataclass(frozen=True)
class Drawing:
    """The signature as a transparent PNG, and the pad as a picture on white."""

    png: bytes
    picture: bytes


def drawing(sent: object) -> Drawing:
    """What a browser sent, a list of strokes of [x, y, pressure], drawn anew. Raises UserError.

    x and y count in widths of the pad: `empty_pad`, `too_small`, or `bad_strokes` for anything that is no such list.
    """
    strokes = _checked(sent)
    points = np.vstack(strokes) if strokes else np.empty((0, 3))
    if not len(points):
        raise UserError("empty_pad", _("请先在框内签名"))
    if max(np.ptp(points[:, 0]), np.ptp(points[:, 1])) < _LEAST_SPAN:
        raise UserError("too_small", _("签名太小。请把名字签得大一些"))
    cover = _drawn(strokes)
    rows, columns = (np.flatnonzero((cover > 0).any(axis=axis)) for axis in (1, 0))
    cover = np.pad(cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], _MARGIN)
    layers = np.empty((*cover.shape, 4), np.uint8)
    layers[..., :3], layers[..., 3] = _COLOUR, cover
    image = Image.fromarray(layers, "RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    dpi = PIXELS_PER_MM * 25.4
    return Drawing(_file(image, "PNG", dpi=(dpi, dpi)), _file(paper, "JPEG", quality=90))


def _checked(sent: object) -> list[Stroke]:
    if not isinstance(sent, list) or len(sent) > MOST_STROKES:
        raise _bad()
    strokes = [np.array([_point(point) for point in stroke]) for stroke in sent if isinstance(stroke, list) and stroke]
    if sum(map(len, strokes)) > MOST_POINTS:
        raise _bad()
    return strokes


def _point(sent: object) -> tuple[float, float, float]:
    if not isinstance(sent, list) or len(sent) != 3:
        raise _bad()
    x, y, pressure = (float(value) if isinstance(value, int | float) else math.nan for value in sent)
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 <= pressure <= 1):
        raise _bad()
    return x, y, pressure


def _bad() -> UserError:
    return UserError("bad_strokes", _("没有收到签名，请重新签一次"))


def _drawn(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """How much of each pixel is ink, 0 to 255; the pad is as wide as the sheet's box."""
    scale = A4_SHEET.box.width * PIXELS_PER_MM
    side = round(scale) + 1
    large: Any = np.zeros((side * _FINE, side * _FINE), np.uint8)
    for stroke in strokes:
        line = _smooth(stroke)
        places = np.round(line[:, :2] * scale * _FINE * 16).astype(int).tolist()
        for start, end, pressure in zip(
            places[:-1] or places, places[1:] or places, line[1:, 2].tolist() or [0.5], strict=True
        ):
            pen = max(1, round(_PEN * (0.6 + 0.8 * pressure) * PIXELS_PER_MM * _FINE))
            cv2.line(large, start, end, 255, pen, cv2.LINE_8, 4)
    return np.asarray(cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _smooth(stroke: Stroke) -> Stroke:
    """Quadratic curves from middle to middle of the points: no corners where the screen reported few."""
    if len(stroke) < 3:
        return stroke
    middles = (stroke[:-1] + stroke[1:]) / 2
    t = np.linspace(0, 1, 6, endpoint=False)[:, None]
    curves = [
        start * (1 - t) ** 2 + 2 * corner * t * (1 - t) + end * t**2
        for start, corner, end in zip(middles[:-1], stroke[1:-1], middles[1:], strict=True)
    ]
    return np.vstack([stroke[:1], *curves, middles[-1:], stroke[-1:]])


def _file(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()
