"""Made-up signatures: strokes of varying width in millimetres of the signature box, and where their ink lies."""

from dataclasses import dataclass
from math import ceil
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM

Stroke = NDArray[np.float64]  # n points: x, y from the box's top left corner, width, all in mm
Coverage = NDArray[np.float32]  # 0 no ink … 1 ink
Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "black": (22, 22, 26),
    "grey black": (60, 58, 60),
    "blue": (28, 44, 150),
    "light blue": (58, 92, 190),
    "navy": (20, 26, 70),
    "red": (188, 32, 38),
    "green": (20, 96, 60),
    "violet": (92, 40, 140),
}
_FINEST = 72  # pixels a mm at least in which strokes are drawn, then reduced: as wide at every resolution
_WIDENED = 1.3  # pixels by which OpenCV draws a line of even width wider than asked
_SHIFT = 4  # bits of OpenCV's fixed point coordinates


@dataclass(frozen=True)
class Signature:
    """What was written and with which ink."""

    strokes: tuple[Stroke, ...]
    colour: Colour

    def coverage(self, pixels_per_mm: tuple[float, float], margins: tuple[float, float] = (0.0, 0.0)) -> Coverage:
        """How much of each pixel of the box is ink; `pixels_per_mm` across and down, `margins` mm more at the left and
        right, and above and below."""
        per_mm = np.array(pixels_per_mm)
        size = np.round((A4_SHEET.box.width + 2 * margins[0], A4_SHEET.box.height + 2 * margins[1]) * per_mm).astype(
            int
        )
        fine = ceil(_FINEST / per_mm.min())
        large: Any = np.zeros(size[::-1] * fine, np.uint8)
        scale = per_mm * fine
        for stroke in self.strokes:
            places = np.round(((stroke[:, :2] + margins) * scale - 0.5) * (1 << _SHIFT)).astype(int)
            for start, end, pen in zip(places[:-1], places[1:], stroke[1:, 2], strict=True):
                thickness = max(2, 2 * round((float(pen) * scale.mean() - _WIDENED) / 2))
                cv2.line(large, start.tolist(), end.tolist(), 255, thickness, cv2.LINE_8, _SHIFT)
        reduced = cv2.resize(large, size.tolist(), interpolation=cv2.INTER_AREA)
        return cast("Coverage", reduced.astype(np.float32) / 255)

    def truth(self) -> NDArray[np.bool_]:
        """Where the ink lies in the box, at the resolution of a cut signature."""
        return self.coverage((PIXELS_PER_MM, PIXELS_PER_MM)) >= 0.5


def written(rng: np.random.Generator, *, across_frame: bool = False) -> Signature:
    """Two or three characters' worth of strokes; `across_frame` lets one leave the box."""
    pen = rng.uniform(0.3, 1.1)
    characters = int(rng.integers(2, 4))
    size = rng.uniform(20, 32)
    left = rng.uniform(8, 132 - characters * size * 1.05)
    middle = rng.uniform(size / 2 + 6, 62 - size / 2 - 6)
    strokes = [
        _stroke(rng, (left + index * size * 1.05 + size / 2, middle), size / 2, pen)
        for index in range(characters)
        for _stroke_of_character in range(int(rng.integers(3, 8)))
    ]
    if across_frame:
        strokes.append(_line(np.array([(60.0, 40.0), (75.0, 55.0), (90.0, 68.0)]), pen))
    names = list(COLOURS)
    weights = np.array([6, 2, 4, 2, 2, 3, 1, 1], dtype=float)
    return Signature(tuple(strokes), COLOURS[str(rng.choice(names, p=weights / weights.sum()))])


def _stroke(rng: np.random.Generator, middle: tuple[float, float], reach: float, pen: float) -> Stroke:
    """A dot, a straight or a curved stroke inside the square of one character."""
    corners = rng.uniform(-1, 1, (4, 2)) * reach
    if rng.random() < 0.12:
        corners = corners[0] * 0.7 + np.array([(0, 0), (0.4, 0.5), (0.8, 0.9), (1.2, 1.2)])
    elif rng.random() < 0.4:  # nearly straight, as most strokes of characters are
        corners[1:3] = corners[0] + np.array([[1 / 3], [2 / 3]]) * (corners[3] - corners[0]) + rng.normal(0, 1, (2, 2))
    return _line(corners + middle, pen * rng.uniform(0.8, 1.2))


def _line(corners: NDArray[np.float64], pen: float) -> Stroke:
    """A Bézier curve through control points, pressed harder in its middle."""
    t = np.linspace(0, 1, 40)[:, None]
    points: Any = np.repeat(corners[None], len(t), axis=0)
    while points.shape[1] > 1:  # de Casteljau
        points = points[:, :-1] * (1 - t[:, None]) + points[:, 1:] * t[:, None]
    pressure = pen * (0.75 + 0.35 * np.sin(np.pi * t))
    return cast("Stroke", np.hstack([points[:, 0], pressure]))
