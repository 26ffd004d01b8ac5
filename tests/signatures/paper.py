"""Made-up signed sheets as a scanner or a phone would give them, with the truth they were made from."""

from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM, Points
from app.signatures.sheet import SheetData, sheet_pdf
from app.signatures.tokens import make_token
from bench.signature_corpus import registered

KEY = bytes(range(32))
SHEET_ID = bytes(range(100, 116))
TOKEN = make_token(SHEET_ID, KEY)
BLACK, BLUE, RED = (25, 25, 30), (25, 45, 150), (190, 30, 35)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Paper:
    """A picture of a sheet. `to_pixels` maps mm on the sheet to pixels (0 is the left edge of the first pixel)."""

    pixels: Pixels
    to_pixels: NDArray[np.float64]

    @property
    def box(self) -> Points:
        """The true corners of the signature box."""
        return mapped(self.to_pixels, A4_SHEET.box.corners())

    def through(self, matrix: NDArray[np.float64], size: tuple[int, int], paper: int = 90) -> "Paper":
        """The picture moved by a homography of its pixels; `paper` is the grey of the table round the sheet."""
        half = np.array([(1, 0, 0.5), (0, 1, 0.5), (0, 0, 1.0)])
        centred = np.linalg.inv(half) @ matrix @ half
        pixels: Any = cv2.warpPerspective(
            self.pixels, centred, size, flags=cv2.INTER_AREA, borderValue=(paper, paper, paper)
        )
        return Paper(pixels, matrix @ self.to_pixels)

    def turned(self, degrees: float) -> "Paper":
        """Turned clockwise about the middle, on a canvas large enough."""
        height, width = self.pixels.shape[:2]
        angle = np.radians(degrees)
        cos, sin = np.cos(angle), np.sin(angle)
        size = (round(width * abs(cos) + height * abs(sin)), round(width * abs(sin) + height * abs(cos)))
        to_middle = np.array([(1, 0, -width / 2), (0, 1, -height / 2), (0, 0, 1)])
        turn = np.array([(cos, -sin, size[0] / 2), (sin, cos, size[1] / 2), (0, 0, 1)])
        return self.through(turn @ to_middle, size)

    def photographed(self, tilt: float = 0.12) -> "Paper":
        """Seen from one side: the far edge is shorter, the sheet does not fill the picture."""
        height, width = self.pixels.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
        seen = corners * 0.9 + (width * 0.06, height * 0.04)
        seen[0] += (width * tilt, height * tilt / 3)
        seen[1] += (-width * tilt / 2, height * tilt / 2)
        matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
        return self.through(np.asarray(matrix, dtype=np.float64), (width, height))

    def unevenly_lit(self, darkest: float = 0.45) -> "Paper":
        """Light that falls off from one corner to the opposite one, and noise."""
        height, width = self.pixels.shape[:2]
        fall = np.linspace(0, 1, width)[None, :] * 0.6 + np.linspace(0, 1, height)[:, None] * 0.4
        light = (1 - (1 - darkest) * fall)[:, :, None]
        noise = np.random.default_rng(7).normal(0, 4, self.pixels.shape)
        return replace(self, pixels=np.clip(self.pixels * light + noise, 0, 255).astype(np.uint8))

    def file(self, kind: str = "PNG", **options: Any) -> bytes:
        """The picture as a file."""
        buffer = BytesIO()
        Image.fromarray(self.pixels).save(buffer, kind, **options)
        return buffer.getvalue()


def mapped(matrix: NDArray[np.float64], points: Points) -> Points:
    """Points, shape (n, 2), through a homography."""
    homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    result: Points = homogeneous[:, :2] / homogeneous[:, 2:]
    return result


@cache
def printed(token: str = TOKEN) -> bytes:
    """The PDF of one sheet."""
    return sheet_pdf([SheetData("王小明", "190101199001011234", token)], "上海市")


def blank(dpi: int = 150, token: str = TOKEN) -> Paper:
    """An unsigned sheet as a flatbed scanner gives it."""
    pixels = pdfium.PdfDocument(printed(token))[0].render(scale=dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3]
    return Paper(np.ascontiguousarray(pixels), np.diag([dpi / 25.4, dpi / 25.4, 1]))


def strokes(offset: float = 0.0) -> list[Points]:
    """A signature's strokes in mm on the sheet."""
    t = np.linspace(0, 5 * np.pi, 300)
    long = np.stack([68 + 4.9 * t, 113 + 11 * np.sin(t) + 4 * np.sin(2.7 * t)], axis=1)
    cross = np.array([(70.0, 103), (90, 99), (118, 105)])
    dot = np.array([(152.0, 100), (153.5, 102)])
    return [line + np.array([offset, 0]) for line in (long, cross, dot)]


def signed(
    dpi: int = 150,
    *,
    ink: tuple[int, int, int] = BLACK,
    pen: float = 0.7,
    offset: float = 0.0,
    token: str = TOKEN,
) -> Paper:
    """A signed sheet from a flatbed; `pen` is the stroke's width in mm, `offset` moves the signature right, in mm."""
    paper = blank(dpi, token)
    _draw(paper.pixels, dpi / 25.4, strokes(offset), pen, ink)
    return paper


def true_ink(pen: float = 0.7) -> NDArray[np.bool_]:
    """Where `signed` puts ink in the box, at the resolution of the cut signature."""
    box = A4_SHEET.box
    canvas = np.full((round(box.height * PIXELS_PER_MM), round(box.width * PIXELS_PER_MM), 3), 255, np.uint8)
    lines = [line - (box.left, box.top) for line in strokes()]
    _draw(canvas, PIXELS_PER_MM, lines, pen, (0, 0, 0))
    return canvas[:, :, 0] < 128


def _draw(canvas: Pixels, scale: float, lines: list[Points], pen: float, ink: tuple[int, int, int]) -> None:
    fine = 4  # drawn larger and reduced, as a pen's width is no whole number of pixels
    large: Any = cv2.resize(canvas, None, fx=fine, fy=fine, interpolation=cv2.INTER_NEAREST)
    for line in lines:
        points = np.round(line * scale * fine).astype(np.int32)
        cv2.polylines(large, [points], isClosed=False, color=ink, thickness=max(1, round(pen * scale * fine)))
    canvas[:] = cv2.resize(large, (canvas.shape[1], canvas.shape[0]), interpolation=cv2.INTER_AREA)


def overlap(found: Points, truth: Points) -> float:
    """Intersection over union of two convex quadrilaterals."""
    first, second = found.astype(np.float32), truth.astype(np.float32)
    both, _outline = cv2.intersectConvexConvex(first, second)
    return both / (cv2.contourArea(first) + cv2.contourArea(second) - both)


def recall_and_precision(png: bytes, pen: float = 0.7) -> tuple[float, float]:
    """Of the true ink the share that the cut signature has, and the reverse; the one laid on the other."""
    found, truth = registered(np.asarray(Image.open(BytesIO(png)))[:, :, 3] > 0, true_ink(pen))
    both = (found & truth).sum()
    return float(both / truth.sum()), float(both / found.sum())
