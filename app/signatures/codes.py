"""Reading the sheet's QR code: all over the picture, or where the corner marks say that it lies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, Points, Rectangle
from app.signatures.tokens import looks_like_token, open_token

Gray = NDArray[np.uint8]
Homography = NDArray[np.float64]

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_QUIET = 3.5  # mm round the code that are looked at with it
_CLOSE_UP = 16  # pixels a mm of the code when it is looked at closely


@dataclass(frozen=True)
class Code:
    """A QR code in a picture: its text and four corners clockwise from the symbol's own top left, in pixels."""

    text: str
    corners: Points


@dataclass(frozen=True)
class Found:
    """Codes signed with our key, those of sheets signed with another, and whether there are codes of other things."""

    ours: list[Code]
    foreign: list[Code]
    strange: bool


def find_codes(gray: Gray, small: Gray, scale: float, key: bytes) -> Found:
    """What codes there are, in pixels of `small`, which is `gray` times `scale`.

    The slower ways are gone only where the quick one finds none of ours.
    """
    foreign: list[Code] = []
    strange = False
    tries: list[tuple[Callable[[], Gray], float]] = [(lambda: small, 1.0)]
    if scale < 1:
        tries.append((lambda: gray, scale))
    tries.append((lambda: _even_contrast(small), 1.0))
    for picture, to_small in tries:
        found = [Code(code.text, code.corners * to_small) for code in _read_codes(picture())]
        codes = [code for code in found if looks_like_token(code.text)]
        strange = strange or len(codes) < len(found)
        ours = [code for code in codes if open_token(code.text, key) is not None]
        if ours:
            return Found(ours, foreign, strange)
        foreign = foreign or codes
    return Found([], foreign, strange)


def code_at(gray: Gray, to_pixels: Homography) -> Code | None:
    """The code where a sheet so placed has it, laid flat and enlarged; None where it cannot be read."""
    qr = A4_SHEET.qr
    around = Rectangle(qr.left - _QUIET, qr.top - _QUIET, qr.width + 2 * _QUIET, qr.height + 2 * _QUIET)
    step = 1 / _CLOSE_UP
    to_flat = to_pixels @ np.array([(step, 0, around.left + step / 2), (0, step, around.top + step / 2), (0, 0, 1)])
    side = round(around.width * _CLOSE_UP)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    flat = cast("Gray", cv2.warpPerspective(gray, to_flat, (side, side), flags=flags, borderValue=(255,)))
    for picture in _clearer(flat):
        for code in _read_codes(picture):
            if not looks_like_token(code.text):
                continue
            corners = cv2.perspectiveTransform(code.corners.reshape(1, -1, 2), to_flat).reshape(-1, 2)
            return Code(code.text, cast("Points", corners))
    return None


def _clearer(flat: Gray) -> Iterable[Gray]:
    """The close-up as it is, smoother, sharper, and in even light."""
    yield flat
    smooth = cv2.GaussianBlur(flat, (0, 0), 3)
    yield cast("Gray", smooth)
    for reach in (6, 10):
        yield cast("Gray", cv2.addWeighted(smooth, 3.0, cv2.GaussianBlur(flat, (0, 0), reach), -2.0, 0))
    yield _even_contrast(cast("Gray", smooth))


def _read_codes(gray: Gray) -> list[Code]:
    codes = []
    for found in zxingcpp.read_barcodes(gray, formats=_QR):
        place = found.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        codes.append(Code(found.text, np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)))
    return codes


def _even_contrast(gray: Gray) -> Gray:
    return cast("Gray", cv2.createCLAHE(clipLimit=3.0, tileGridSize=(12, 12)).apply(gray))
