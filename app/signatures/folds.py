"""Taking creases out of the box: a crease crosses it from edge to edge in a straight line, no stroke does."""

from functools import cache
from typing import cast

import cv2
import numpy as np

from app.signatures.blur import Contrast
from app.signatures.geometry import PIXELS_PER_MM

_FRAME = round(1.0 * PIXELS_PER_MM)  # at the box's edge; darker than all creases, and its blurred side is as straight
_COARSE = 6  # creases are looked for in a picture so many times smaller
_STEEPEST = 0.2  # mm sideways on each mm of the crease's length
_SLOPES = np.linspace(-_STEEPEST, _STEEPEST, 25)
_FINER = (_SLOPES[1] - _SLOPES[0]) * np.linspace(-0.75, 0.75, 19)  # tried round the best of them, close up
_LEAST = 0.035  # contrast of a crease worth taking out
_MOST = 0.35  # of paper white; darker lines are written
_SHALLOW = 0.15  # contrast up to which ink counts while creases are looked for
_SHARE_WRITTEN_ON = 0.3  # of a crease's length that may be under ink
_SHARE_INSIDE = 0.5  # of the box's length or width that a crease runs in it at least, before it leaves through a side
_SHARE_SEEN = 0.25  # of that, what beside the crease's middle must lie in the box to tell how dark it is
_MOST_CREASES = 3  # in each direction
_MOST_LINES = 9  # looked at closely in each direction, what was written among them
_ALIKE = (2, 3)  # slopes and columns by which two lines differ at most to be the same
_REACH = round(2 * PIXELS_PER_MM)  # columns on each side of a crease's middle that it darkens, the outermost not at all
_FADING = np.minimum(1, 2 - 2 * np.abs(np.linspace(-1, 1, 2 * _REACH + 1))).astype(np.float32)


def without_creases(contrast: Contrast) -> Contrast:
    """The contrast of a box, as large, without that of creases across it or down it."""
    result = contrast.copy()
    inner = (slice(_FRAME, -_FRAME),) * 2
    result[inner] = _without_upright(_without_upright(contrast[inner]).T).T
    return result


def _without_upright(contrast: Contrast) -> Contrast:
    for _round in range(_MOST_CREASES):
        small = _smaller(contrast)
        paper = float(np.median(small))  # noise makes all paper a little darker than its brightest grains
        crease = _crease(small, paper)
        if crease is None:
            break
        slope, column = crease
        contrast = _lightened(np.ascontiguousarray(contrast), (column + 0.5) * _COARSE - 0.5, slope, paper)
    return contrast


def _crease(small: Contrast, paper: float) -> tuple[float, int] | None:
    """Slope and column of the clearest crease in the smaller picture."""
    means = _means(np.minimum(small, paper + _SHALLOW)) - paper
    for _round in range(_MOST_LINES):
        best, column = divmod(int(means.argmax()), means.shape[1])
        if means[best, column] < _LEAST * (1 - _SHARE_WRITTEN_ON):
            break
        slope = float(_SLOPES[best])
        depth = float(_quantile(_along(small, column, slope, 1))[0]) - paper
        if _LEAST < depth < _MOST:
            return slope, column
        slopes, columns = (slice(max(0, at - by), at + by + 1) for at, by in zip((best, column), _ALIKE, strict=True))
        means[slopes, columns] = 0
    return None


def _means(small: Contrast) -> Contrast:
    """How dark lines are on average where they lie in the picture, by slope and by the column that they cross half-way."""
    inside = _inside(*small.shape)
    return cast("Contrast", np.where(inside < _SHARE_INSIDE * len(small), 0, _sums(small) / np.maximum(inside, 1)))


@cache
def _inside(height: int, width: int) -> Contrast:
    """How much of each line lies in a picture so large."""
    return _sums(np.ones((height, width), dtype=np.float32))


def _sums(small: Contrast) -> Contrast:
    width = small.shape[1]
    sheared = (_along(small, (width - 1) / 2, slope, width, beyond=0.0) for slope in _SLOPES)
    return np.concatenate([cv2.reduce(each, 0, cv2.REDUCE_SUM) for each in sheared])


def _along(contrast: Contrast, middle: float, slope: float, width: int, beyond: float = np.nan) -> Contrast:
    """The picture round a line, laid upright: the line runs down the middle of `width` columns, and crosses column `middle`
    of the picture half-way down; `beyond` is what lies beyond the picture."""
    height = contrast.shape[0]
    to_picture = np.array([(1, slope, middle - (width - 1) / 2 - slope * (height - 1) / 2), (0, 1, 0)])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cast("Contrast", cv2.warpAffine(contrast, to_picture, (width, height), flags=flags, borderValue=(beyond,)))


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
    return _quantile(cast("Contrast", pieces))


def _quantile(pieces: Contrast) -> Contrast:
    """By column, what `_SHARE_WRITTEN_ON` of its pieces are paler than; 0 where too few lie in the picture to tell."""
    rising = np.sort(pieces, axis=0)  # NaN comes last
    inside = np.count_nonzero(~np.isnan(pieces), axis=0)
    at = np.round(_SHARE_WRITTEN_ON * np.maximum(0, inside - 1)).astype(np.intp)
    found = np.take_along_axis(rising, at[None], axis=0)[0]
    return cast("Contrast", np.where(inside < _SHARE_SEEN * len(pieces), np.float32(0), found))


def _smaller(contrast: Contrast) -> Contrast:
    """`_COARSE` times smaller, also of a picture that lies transposed in memory: OpenCV would copy all of that first."""
    transposed = contrast.strides[0] < contrast.strides[1]
    stored = contrast.T if transposed else contrast
    size = (stored.shape[1] // _COARSE, stored.shape[0] // _COARSE)
    small = cast("Contrast", cv2.resize(stored, size, interpolation=cv2.INTER_AREA))
    return np.ascontiguousarray(small.T) if transposed else small
