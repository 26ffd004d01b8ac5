"""Taking creases out of the box: a crease crosses it from edge to edge in a straight line, no stroke does."""

from typing import cast

import cv2
import numpy as np

from app.signatures.blur import Contrast
from app.signatures.geometry import PIXELS_PER_MM

_COARSE = 6  # creases are looked for in a picture so many times smaller
_STEEPEST = 0.2  # mm sideways on each mm of the crease's length
_LEAST = 0.035  # contrast of a crease worth taking out
_MOST = 0.35  # of paper white; darker lines are written
_SHALLOW = 0.15  # contrast up to which ink counts while creases are looked for
_SHARE_WRITTEN_ON = 0.3  # of a crease's length that may be under ink
_MOST_CREASES = 3  # in each direction
_REACH = round(1.6 * PIXELS_PER_MM / _COARSE)  # columns on each side of a crease's middle that it darkens


def without_creases(contrast: Contrast) -> Contrast:
    """The contrast of a box, as large, without that of creases across it or down it."""
    result = _without_upright(contrast)
    return np.ascontiguousarray(_without_upright(np.ascontiguousarray(result.T)).T)


def _without_upright(contrast: Contrast) -> Contrast:
    height, width = contrast.shape
    small = cast("Contrast", cv2.resize(contrast, (width // _COARSE, height // _COARSE), interpolation=cv2.INTER_AREA))
    paper = float(np.median(small))  # noise makes all paper a little darker than its brightest grains
    slopes = np.linspace(-_STEEPEST, _STEEPEST, 25)
    for _crease in range(_MOST_CREASES):
        shallow = np.minimum(small, paper + _SHALLOW)
        means = np.concatenate([cv2.reduce(_sheared(shallow, slope), 0, cv2.REDUCE_AVG) for slope in slopes])
        means[:, : 2 * _REACH] = means[:, -2 * _REACH :] = 0  # the frame is no crease
        best, column = divmod(int(means.argmax()), means.shape[1])
        profile = np.quantile(_sheared(small, float(slopes[best])), _SHARE_WRITTEN_ON, axis=0) - paper
        if not _LEAST < float(profile[column]) < _MOST:
            break
        shade = np.zeros(len(profile), np.float32)
        near = slice(max(0, column - _REACH), column + _REACH + 1)
        shade[near] = np.maximum(profile[near], 0)
        small = _lightened(small, shade, float(slopes[best]))
        full = np.interp(np.arange(width) / _COARSE, np.arange(len(shade)), shade).astype(np.float32)
        contrast = _lightened(contrast, full, float(slopes[best]))
    return contrast


def _sheared(contrast: Contrast, slope: float) -> Contrast:
    height, width = contrast.shape
    shear = np.array([(1, slope, -slope * height / 2), (0, 1, 0)])
    return cast(
        "Contrast", cv2.warpAffine(contrast, shear, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    )


def _lightened(contrast: Contrast, shade: Contrast, slope: float) -> Contrast:
    """Without a shade given by column: what is written on a crease is as dark as beside it."""
    spread = _sheared(np.broadcast_to(shade, contrast.shape).copy(), -slope)
    return cast("Contrast", (1 - (1 - contrast) / (1 - spread)).astype(np.float32))
