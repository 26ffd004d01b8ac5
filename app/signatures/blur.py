"""How blurred a picture is, told by the box's frame, whose width is known; and where a stroke so blurred really ends.

A thin stroke looks wider and paler the more it is blurred: half of its darkest contrast lies outside of it.
"""

from functools import cache
from math import erf, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM

Mask = NDArray[np.bool_]
Contrast = NDArray[np.float32]  # how much darker than the paper round it, 0 to 1

_DEPTH = 2 * PIXELS_PER_MM  # pixels from the edge in which the frame's half is looked at
_WIDEST = 1.2 * PIXELS_PER_MM  # a frame that looks wider than this is bent or not there: it tells nothing
_RATIOS = np.linspace(0.05, 8, 160)  # true width of a stroke in standard deviations of the blur


def frame_blur(contrast: Contrast) -> float:
    """Standard deviation of the blur in pixels; 0 where the frame does not tell. The box's edge is the frame's middle."""
    halves = [
        np.median(np.rot90(contrast, turns)[:_DEPTH, 6 * PIXELS_PER_MM : -6 * PIXELS_PER_MM], axis=1)
        for turns in range(4)
    ]
    profile = np.mean(halves, axis=0)
    half = profile.max() / 2
    below = np.flatnonzero(profile < half)
    if not below.size or not below[0] or profile.max() < 0.15:
        return 0.0
    inner, outer = profile[below[0] - 1], profile[below[0]]  # half a pixel before and after the whole number
    width = 2 * float(below[0] - 0.5 + (inner - half) / (inner - outer))
    if width > _WIDEST:
        return 0.0
    printed = A4_SHEET.frame_width * PIXELS_PER_MM
    return float(np.interp(width / printed, *_look()[0]) * printed) if width > printed else 0.0


def stroke_edge(mask: Mask, blur: float) -> float:
    """The share of a stroke's darkest contrast at which it really ends; `mask` is cut at half of it."""
    if not blur:
        return 0.5
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    ridge = distance[(distance >= cv2.dilate(distance, np.ones((3, 3)))) & mask]
    seen = 2 * float(np.median(ridge)) - 1
    ratios, shares = _look()[1]
    return float(np.interp(seen / blur, ratios, shares))


@cache
def _look() -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """For a line of known width: seen width / true width → blur / true width. For one of known blur: seen width /
    blur → share of the darkest contrast at its true edge."""
    seen = np.array([_seen_width(ratio) for ratio in _RATIOS])
    shares = np.array([0.5 * erf(ratio / sqrt(2)) / erf(ratio / sqrt(8)) for ratio in _RATIOS])
    relative = seen / _RATIOS
    return (relative[::-1], (1 / _RATIOS)[::-1]), (seen, shares)


def _seen_width(ratio: float) -> float:
    """Width at half of the darkest contrast of a line `ratio` wide, blurred by 1."""
    x = np.linspace(0, ratio / 2 + 4, 2000)
    profile = np.array([erf((ratio / 2 - at) / sqrt(2)) + erf((ratio / 2 + at) / sqrt(2)) for at in x])
    return 2 * float(x[np.flatnonzero(profile >= profile[0] / 2)[-1]])
