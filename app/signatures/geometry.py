"""Where things stand on the sheet, in millimetres from the paper's top left corner; the printer of the sheet and the
reader of its scan share it."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

Points = NDArray[np.float64]
Matrix = NDArray[np.bool_]

POINTS_PER_MM = 72 / 25.4
PIXELS_PER_MM = 12  # of the box that is cut out of a scan, and of the signature: 305 dpi


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle: left, top, width, height in mm."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Distance of the right edge from the paper's left edge in mm."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Distance of the lower edge from the paper's top edge in mm."""
        return self.top + self.height

    def corners(self) -> Points:
        """Four corners clockwise from top left, shape (4, 2), in mm."""
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


@dataclass(frozen=True)
class Geometry:
    """One layout of the sheet. `box` runs along the middle of its printed frame; marks clockwise from top left."""

    paper: Rectangle
    box: Rectangle
    frame_width: float
    marks: tuple[Rectangle, Rectangle, Rectangle, Rectangle]
    qr: Rectangle


def _marks(margin: float, size: float) -> tuple[Rectangle, Rectangle, Rectangle, Rectangle]:
    right, bottom = 210 - margin - size, 297 - margin - size
    places = ((margin, margin), (right, margin), (right, bottom), (margin, bottom))
    first, second, third, fourth = (Rectangle(left, top, size, size) for left, top in places)
    return first, second, third, fourth


A4_SHEET = Geometry(
    paper=Rectangle(0, 0, 210, 297),
    box=Rectangle(45, 84, 140, 62),
    frame_width=0.5,
    marks=_marks(margin=13, size=9),
    qr=Rectangle(158, 159, 27, 27),
)


@cache
def mark_dictionary() -> cv2.aruco.Dictionary:
    """The family the four corner marks come from (ids 0–3, clockwise from top left)."""
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)


@cache
def mark_matrix(number: int) -> Matrix:
    """Black modules of one corner mark, shape (6, 6)."""
    return np.asarray(cv2.aruco.generateImageMarker(mark_dictionary(), number, 6), dtype=np.uint8) < 128


def qr_matrix(text: str) -> Matrix:
    """Black modules of a QR code without its quiet zone, error correction Q."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return np.asarray(code.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8) < 128


def black_runs(modules: Matrix) -> list[tuple[int, int, int]]:
    """Black stretches of each row: (row, first column, length)."""
    padded = np.pad(modules, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(padded, axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return list(zip(rows.tolist(), starts.tolist(), (ends - starts).tolist(), strict=True))
