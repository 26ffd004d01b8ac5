"""Where the strokes of a signature end: half-way between paper and ink, as far as the blur lets it be seen."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from app.signatures.blur import Contrast, Mask, edge_level, peak_share
from app.signatures.geometry import PIXELS_PER_MM

_COARSE = 4  # levels are averaged in a picture so many times smaller
_ALONG = 0.5  # mm; standard deviation of the window in which a stroke's darkest contrast is averaged
_ROUND = 0.75  # mm; that in which its width is
_AROUND = 3  # pixels round a stroke's half contrast in which its edge may lie
_HALF = 0.89  # of half-way: a pixel that is nearly half ink counts, for a stroke cut thin is worse than a full one
_HIGHEST = 0.8  # share of a stroke's darkest contrast at which its edge lies at most
_DARK = 0.95  # of the strokes are paler than this one; where they cross the ink's own contrast is seen


@dataclass(frozen=True)
class Levels:
    """By pixel: the darkest contrast of the stroke close by, and that at its edge; 1 where there is no stroke."""

    peak: Contrast
    edge: Contrast


def levels(contrast: Contrast, mask: Mask, blur: float) -> Levels:
    """The levels round the strokes of `mask`, cut at about half of their contrast; `blur` in pixels, 0 if unknown."""
    inside = mask.astype(np.float32)
    distance = cast("Contrast", cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5))
    ridge = (mask & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)))).astype(np.float32)
    peak = np.divide(_mean(ridge * contrast, _ALONG), np.maximum(_mean(ridge, _ALONG), 1e-6), dtype=np.float32)
    # In a stroke n pixels wide the distances to its edge are n / 4 + 1 / 2 on average.
    seen = np.maximum(4 * _mean(distance, _ROUND) / np.maximum(_mean(inside, _ROUND), 1e-6) - 2, 1)
    known = _mean(ridge, _ALONG) > 1e-4
    ink = _ink_contrast(contrast[ridge > 0], peak[known], peak_share(seen, blur)[known])
    edge = _HALF * np.minimum(edge_level(peak, ink), _HIGHEST * peak)
    size = (contrast.shape[1], contrast.shape[0])
    large = (cv2.resize(np.where(known, each, np.float32(1)), size) for each in (peak, edge))
    return Levels(*(np.asarray(each, dtype=np.float32) for each in large))


def within_edges(contrast: Contrast, mask: Mask, edge: Contrast) -> Mask:
    """The strokes of `mask`, ending where their contrast is that of their edge."""
    around = cv2.dilate(mask.astype(np.uint8), np.ones((2 * _AROUND + 1,) * 2, np.uint8)) > 0
    return around & (contrast > edge)


def _ink_contrast(ridge: Contrast, peaks: Contrast, shares: Contrast) -> float:
    """The contrast that the ink has where it is not paled by the blur.

    The darkest places tell too little where all strokes are thin; what their widths tell is unsure, the thinner the more.
    The truth lies between the two.
    """
    dark = float(np.quantile(ridge, _DARK))
    by_width = min(1.0, float(np.median(peaks / np.maximum(shares, 0.3))))
    return max(dark, (dark + by_width) / 2)


def _mean(values: Contrast, reach: float) -> Contrast:
    """Averages round each place, in the smaller picture; `reach` in mm is the window's standard deviation."""
    size = (values.shape[1] // _COARSE, values.shape[0] // _COARSE)
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    return cast("Contrast", cv2.GaussianBlur(small, (0, 0), reach * PIXELS_PER_MM / _COARSE))
