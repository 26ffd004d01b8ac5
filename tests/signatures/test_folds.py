"""Creases across the box are taken out, what is written stays."""

from typing import cast

import cv2
import numpy as np
import pytest

from app.signatures.blur import Contrast
from app.signatures.folds import without_creases
from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM

FRAME = 1 * PIXELS_PER_MM  # at the edge, where the frame lies
SIZE = (round(A4_SHEET.box.height * PIXELS_PER_MM), round(A4_SHEET.box.width * PIXELS_PER_MM))
INNER = slice(2 * PIXELS_PER_MM, -2 * PIXELS_PER_MM)


def crease(middle: float, slope: float, width: float, depth: float, *, across: bool) -> Contrast:
    """A box's contrast with a crease down it, or across; `middle` (share of the box) is where it crosses the middle."""
    height, length = SIZE[::-1] if across else SIZE
    down, along = np.mgrid[0:height, 0:length].astype(np.float32)
    distance = (along - middle * length - slope * (down - height / 2)) / PIXELS_PER_MM
    dark = depth * np.exp(-((distance / width) ** 2))
    return cast("Contrast", np.ascontiguousarray(dark.T if across else dark, dtype=np.float32))


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize("slope", [0.0, -0.027, 0.093])
@pytest.mark.parametrize("width", [0.3, 0.8])
def test_nothing_is_left_of_a_crease(slope: float, width: float, across: bool) -> None:
    left = without_creases(crease(0.41, slope, width, 0.2, across=across))
    assert np.abs(left[INNER, INNER]).max() < 0.04


def test_a_stroke_over_a_crease_stays_as_dark_and_as_wide_as_beside_it() -> None:
    folded = crease(0.5, 0.03, 0.4, 0.15, across=False)
    line = np.zeros(SIZE, np.float32)
    cv2.line(line, (300, 200), (1400, 500), 0.8, 9)
    left = without_creases(cast("Contrast", 1 - (1 - folded) * (1 - line)))
    assert np.abs(left - line)[INNER, INNER].max() < 0.04


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(("middle", "slope"), [(1.75, 0.019), (-1.75, 0.019), (3.0, -0.08)])
def test_nothing_is_left_of_a_crease_that_runs_into_the_frame(middle: float, slope: float, across: bool) -> None:
    """`middle` in mm from the left or the top, negative from the right or the bottom."""
    length = A4_SHEET.box.height if across else A4_SHEET.box.width
    framed = crease(middle % length / length, slope, 0.6, 0.15, across=across)
    edge = round(A4_SHEET.frame_width / 2 * PIXELS_PER_MM)
    framed[:edge], framed[-edge:], framed[:, :edge], framed[:, -edge:] = (0.9,) * 4
    left = without_creases(framed)
    inner = slice(FRAME, -FRAME)
    assert np.abs(left[inner, inner]).max() < 0.04
    assert left[:edge].min() > 0.85


def test_a_shallow_crease_among_dense_strokes_goes_and_the_strokes_stay() -> None:
    folded = crease(0.5, 0.02, 0.5, 0.06, across=True)
    lines = np.zeros(SIZE, np.float32)
    cv2.line(lines, (0, 150), (SIZE[1], 190), 0.8, 9)
    for left in range(300, 1400, 60):
        cv2.line(lines, (left, 420), (left + 45, 460), 0.8, 11)
    left_over = without_creases(cast("Contrast", 1 - (1 - folded) * (1 - lines)))
    assert np.abs(left_over - lines)[INNER, INNER].max() < 0.03
