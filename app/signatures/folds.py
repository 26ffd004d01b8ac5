"""Taking creases out of the box: a crease crosses it from edge to edge in a straight line, no stroke does."""

from typing import cast

import cv2
import numpy as np

from app.signatures.blur import Contrast
from app.signatures.geometry import PIXELS_PER_MM

_COARSE = 6  # creases are looked for in a picture so many times smaller
_STEEPEST = 0.2  # mm sideways on each mm of the crease's length
_SLOPES = np.linspace(-_STEEPEST, _STEEPEST, 25)
_FINER = (_SLOPES[1] - _SLOPES[0]) * np.linspace(-0.75, 0.75, 19)  # tried round the best of them, close up
_LEAST = 0.035  # contrast of a crease worth taking out
_MOST = 0.35  # of paper white; darker lines are written
_SHALLOW = 0.15  # contrast up to which ink counts while creases are looked for
_SHARE_WRITTEN_ON = 0.3  # of a crease's length that may be under ink
_MOST_CREASES = 3  # in each direction
_EDGE = round(3.2 * PIXELS_PER_MM / _COARSE)  # columns of the smaller picture in which the frame may lie
_REACH = round(2 * PIXELS_PER_MM)  # columns on each side of a crease's middle that it darkens, the outermost not at all
_FADING = np.minimum(1, 2 - 2 * np.abs(np.linspace(-1, 1, 2 * _REACH + 1))).astype(np.float32)


def without_creases(contrast: Contrast) -> Contrast:
    """The contrast of a box, as large, without that of creases across it or down it."""
    result = _without_upright(contrast)
    return np.ascontiguousarray(_without_upright(np.ascontiguousarray(result.T)).T)


def _without_upright(contrast: Contrast) -> Contrast:
    height, width = contrast.shape
    for _crease in range(_MOST_CREASES):
        small = cast(
            "Contrast", cv2.resize(contrast, (width // _COARSE, height // _COARSE), interpolation=cv2.INTER_AREA)
        )
        paper = float(np.median(small))  # noise makes all paper a little darker than its brightest grains
        shallow = np.minimum(small, paper + _SHALLOW)
        middle = (shallow.shape[1] - 1) / 2
        sheared = (_along(shallow, middle, slope, shallow.shape[1]) for slope in _SLOPES)
        means = np.concatenate([cv2.reduce(each, 0, cv2.REDUCE_AVG) for each in sheared])
        means[:, :_EDGE] = means[:, -_EDGE:] = 0  # the frame is no crease
        best, column = divmod(int(means.argmax()), means.shape[1])
        slope = float(_SLOPES[best])
        depth = float(np.quantile(_along(small, column, slope, 1), _SHARE_WRITTEN_ON)) - paper
        if not _LEAST < depth < _MOST:
            break
        contrast = _lightened(contrast, (column + 0.5) * _COARSE - 0.5, slope, paper)
    return contrast


def _along(contrast: Contrast, middle: float, slope: float, width: int) -> Contrast:
    """The picture round a line, laid upright: the line runs down the middle of `width` columns, and crosses column `middle`
    of the picture half-way down."""
    height = contrast.shape[0]
    to_picture = np.array([(1, slope, middle - (width - 1) / 2 - slope * (height - 1) / 2), (0, 1, 0)])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cast("Contrast", cv2.warpAffine(contrast, to_picture, (width, height), flags=flags))


def _lightened(contrast: Contrast, middle: float, slope: float, paper: float) -> Contrast:
    """Without the crease along a line: what is written on it is as dark as beside it."""
    height, width = contrast.shape
    slope, profile = max(
        ((slope + step, _profile(contrast, middle, slope + step)) for step in _FINER), key=lambda tried: tried[1].max()
    )
    shade = np.maximum(profile - paper, 0) * _FADING
    shear = np.array([(1, -slope, _REACH - middle + slope * (height - 1) / 2), (0, 1, 0)])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    spread = cv2.warpAffine(np.tile(shade, (height, 1)), shear, (width, height), flags=flags)
    return cast("Contrast", (1 - (1 - contrast) / (1 - spread)).astype(np.float32))


def _profile(contrast: Contrast, middle: float, slope: float) -> Contrast:
    """How dark the paper is along a line, by column beside it; `_REACH` columns on each side."""
    strip = _along(contrast, middle, slope, 2 * _REACH + 1)
    pieces = cv2.resize(strip, (strip.shape[1], strip.shape[0] // _COARSE), interpolation=cv2.INTER_AREA)
    return cast("Contrast", np.quantile(pieces, _SHARE_WRITTEN_ON, axis=0).astype(np.float32))
