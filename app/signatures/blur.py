"""How blurred a picture is, told by the edge of the box's frame, whose width is known; and what a blur does to a stroke.

A stroke no wider than the blur looks wider and paler than it is: half of its darkest contrast lies outside of it. For a
blur like a normal distribution, everything follows from the stroke's width in standard deviations of the blur.
"""

from functools import cache
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM

Mask = NDArray[np.bool_]
Contrast = NDArray[np.float32]  # how much darker than the paper round it, 0 to 1

_FRAME = A4_SHEET.frame_width * PIXELS_PER_MM
_DEPTH = 2 * PIXELS_PER_MM  # pixels from the edge in which the frame's half is looked at
_WIDEST = 1.2 * PIXELS_PER_MM  # a frame that looks wider than this is bent or not there, or the picture much blurred
_FAINTEST = 0.15
_PIECE = 2 * PIXELS_PER_MM  # of the frame's length, in which bent paper is as good as flat
_IN_PLACE = 0.5  # share of the pieces that lie where they should, to tell a blur
_FULL_WIDTH = 2.355  # of a normal distribution at half of its height, in standard deviations
_RATIOS = np.linspace(0.05, 8, 160)  # true width of a stroke in standard deviations of the blur
_ERF_AT = np.linspace(0, 3, 601)
_ERF = np.array([erf(x) for x in _ERF_AT])


def frame_blur(contrast: Contrast) -> float:
    """Standard deviation of the blur in pixels; 0 where the frame does not tell. The box's edge is the frame's middle."""
    halves = [np.rot90(contrast, turns)[:_DEPTH, 6 * PIXELS_PER_MM : -6 * PIXELS_PER_MM] for turns in range(4)]
    profile = np.mean([np.median(half, axis=1) for half in halves], axis=0)
    profile -= np.median(profile[_DEPTH // 2 :])
    peak = float(profile[:2].max())
    below = np.flatnonzero(profile < peak / 2)
    if peak < _FAINTEST:
        return 0.0
    if not below.size or below[0] > _WIDEST / 2:
        return _strong_blur(halves)
    places = np.arange(_DEPTH) + 0.5
    before, behind = np.interp((_FRAME / 2 - 1, _FRAME / 2 + 1), places, profile)
    ratio = float(np.interp((before - behind) / 2 / peak * _FRAME, _steepness(), _RATIOS))
    return sqrt(max(0.0, (_FRAME / ratio) ** 2 - 1 / 3))  # less what a slope over two pixels is flatter


def _strong_blur(halves: list[Contrast]) -> float:
    """The same where the frame looks wide: how wide it is piece by piece, where each has its darkest place on the edge."""
    whole = [half[:, : half.shape[1] // _PIECE * _PIECE] for half in halves]
    pieces = np.hstack([half.reshape(_DEPTH, -1, _PIECE).mean(axis=2) for half in whole])
    pieces -= np.median(pieces[_DEPTH // 2 :])
    peak = pieces[:2].max(axis=0)
    in_place = (pieces.argmax(axis=0) < 2) & (peak > _FAINTEST)
    if in_place.mean() < _IN_PLACE:
        return 0.0
    width = 2 * float(np.median((pieces > peak / 2).sum(axis=0)[in_place]))
    return sqrt(max(0.0, (width / _FULL_WIDTH) ** 2 - _FRAME**2 / 12))


def peak_share(seen: Contrast, blur: float) -> Contrast:
    """Of strokes that look `seen` pixels wide at half of their darkest contrast, the share of the ink's own that it is."""
    if not blur:
        return np.ones_like(seen)
    return np.asarray(np.interp(seen / blur, *_widths()), dtype=np.float32)


def edge_level(peak: Contrast, ink: float) -> Contrast:
    """Contrast at the true edge of strokes whose darkest is `peak` and would be `ink` without the blur."""
    half_width = np.interp(np.minimum(peak / ink, _ERF[-1]), _ERF, _ERF_AT)
    return np.asarray(0.5 * ink * np.interp(2 * half_width, _ERF_AT, _ERF), dtype=np.float32)


@cache
def _steepness() -> NDArray[np.float64]:
    """By ratio: the slope at a line's true edge, of its darkest contrast over its width."""
    slope = (1 - np.exp(-(_RATIOS**2) / 2)) / sqrt(2 * np.pi)
    return np.asarray(slope * _RATIOS / np.interp(_RATIOS / sqrt(8), _ERF_AT, _ERF))


@cache
def _widths() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By ratio: the width at half of the darkest contrast in standard deviations, and the share of the ink's contrast."""
    seen = np.array([_seen_width(ratio) for ratio in _RATIOS])
    return seen, _erf(_RATIOS / sqrt(8))


def _seen_width(ratio: float) -> float:
    """Width at half of the darkest contrast of a line `ratio` wide, blurred by 1."""
    x = np.linspace(0, ratio / 2 + 4, 2000)
    profile = _erf((ratio / 2 - x) / sqrt(2)) + _erf((ratio / 2 + x) / sqrt(2))
    return 2 * float(x[np.flatnonzero(profile >= profile[0] / 2)[-1]])


def _erf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The error function, out of a table."""
    return np.asarray(np.copysign(np.interp(np.abs(x), _ERF_AT, _ERF), x))
