"""Parting ink from paper in the signature box: uneven light, shadows, folds, dust and the printed frame go."""

from dataclasses import dataclass
from io import BytesIO
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.signatures.blur import Contrast, Mask, frame_blur
from app.signatures.codes import Gray, Homography
from app.signatures.folds import without_creases
from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM, Rectangle
from app.signatures.pages import Pixels
from app.signatures.strokes import levels, within_edges

_FRAME = A4_SHEET.frame_width / 2 + 0.5  # mm at the crop's edge that belong to the frame
_FRAME_REMAINS = 2.5  # mm; what lies wholly nearer to the edge is the frame on bent paper, not ink
_WIDEST_STROKE = 5  # mm; wider dark places are shadow
_COARSE = 4  # the paper's brightness is found in a picture so many times smaller
_SURELY_INK = 0.2  # of paper white
_DENSE = 0.35  # share of a place under ink from which on its paper is guessed from around
_LEAST_CONTRAST = 0.1  # of paper white
_PALE = 0.4  # share of the ink's contrast below which a spot is a fold, a shadow or the other side's print
_NEAR = 3  # mm round the ink in which its strokes' levels are told
_DUST = 0.08  # mm²
_LEAST_INK = 2.0  # mm²
_LEAST_SPAN = 10.0  # mm
_FAINT = 0.28  # of paper white
_BLURRED = 0.3  # mm; standard deviation of a blur at which thin strokes run together
_COLOUR_PER_MM = 4  # pixels of the crop that tells the ink's colour
_MARGIN = 2  # mm of clear space around the cut signature


@dataclass(frozen=True)
class Ink:
    """The signature as a transparent PNG (305 dpi, trimmed), None for an empty box; what is wrong with it."""

    png: bytes | None
    problems: tuple[str, ...]


def luminance(picture: Pixels) -> Gray:
    """What parts ink from paper: a mix of ink and paper at a stroke's edge is as bright as the shares say, in all colours
    of ink, and JPEG keeps it sharper than colours."""
    return cast("Gray", cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def cut_box(
    picture: NDArray[np.uint8], to_pixels: Homography, box: Rectangle = A4_SHEET.box, per_mm: int = PIXELS_PER_MM
) -> NDArray[np.uint8]:
    """The box turned upright and flat, `per_mm` pixels a mm, grey or in colours; white where the picture ends."""
    step = 1 / per_mm  # the first pixel's middle lies half a step inside the box
    to_crop = np.array([(step, 0, box.left + step / 2), (0, step, box.top + step / 2), (0, 0, 1)])
    size = (round(box.width * per_mm), round(box.height * per_mm))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(picture, to_pixels @ to_crop, size, flags=flags, borderValue=(255, 255, 255))
    return cast("NDArray[np.uint8]", warped)


def read_ink(picture: Pixels, gray: Gray, to_pixels: Homography) -> Ink:
    """The signature in the box of a picture and its luminance. Problems: `empty_box`, `faint`, `touches_frame`,
    `too_small`, `blurred`."""
    contrast, paper = _contrast(cut_box(gray, to_pixels))
    contrast = without_creases(contrast)
    blur = frame_blur(contrast)
    mask, peak = ink_mask(contrast, paper, blur)
    if mask.sum() < _LEAST_INK * PIXELS_PER_MM**2:
        return Ink(None, ("empty_box",))
    problems = []
    if float(np.median(peak[mask])) < _FAINT:
        problems.append("faint")
    if _touches_frame(mask):
        problems.append("touches_frame")
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if max(np.ptp(rows), np.ptp(columns)) < _LEAST_SPAN * PIXELS_PER_MM:
        problems.append("too_small")
    if blur > _BLURRED * PIXELS_PER_MM:
        problems.append("blurred")
    margin = _MARGIN * PIXELS_PER_MM
    trim = tuple(slice(max(0, line[0] - margin), line[-1] + 1 + margin) for line in (rows, columns))
    core = mask & (contrast > 0.8 * peak)
    colour = _colour(cut_box(picture, to_pixels, per_mm=_COLOUR_PER_MM), core if core.any() else mask)
    share = np.divide(contrast[trim], np.maximum(peak[trim], 1e-3), dtype=np.float32)
    return Ink(_signature_png(colour, mask[trim], share), tuple(problems))


def _contrast(gray: Gray) -> tuple[Contrast, Contrast]:
    """How much darker than the paper around it each pixel is, 1 at most, and how bright that paper is."""
    dark = cv2.GaussianBlur(gray, (0, 0), 0.8)
    small = cv2.medianBlur(cv2.resize(dark, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA), 5)
    paper = cv2.resize(_paper(cast("Gray", small)), (dark.shape[1], dark.shape[0]))
    paper = np.maximum(paper, np.float32(1))
    return cast("Contrast", 1 - dark.astype(np.float32) / paper), cast("Contrast", paper)


def _paper(small: Gray) -> NDArray[np.float32]:
    """How bright the paper is, seen or under the ink; `small` is `_COARSE` times smaller than the crop."""
    reach = _WIDEST_STROKE * PIXELS_PER_MM // _COARSE | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    # Smooth, but never brighter than the paper close by: a shadow's sharp edge would look like a line of ink.
    paper = cv2.min(cv2.GaussianBlur(closed, (0, 0), 3), cv2.erode(closed, np.ones((3, 3), np.uint8)))
    paper = np.maximum(paper.astype(np.float32), 1)
    # Where strokes lie so dense that no paper is seen between them, it is as bright as around them.
    ink = (small < (1 - _SURELY_INK) * paper).astype(np.float32)
    seen = (cv2.blur(ink, (reach, reach)) < _DENSE).astype(np.float32)
    spread = _WIDEST_STROKE * PIXELS_PER_MM / _COARSE / 2
    weight = cv2.GaussianBlur(seen, (0, 0), spread)
    around = cv2.GaussianBlur(seen * paper, (0, 0), spread) / np.maximum(weight, 1e-6)
    return cast("NDArray[np.float32]", np.where((seen > 0) | (weight < 1e-3), paper, np.maximum(paper, around)))


def ink_mask(contrast: Contrast, paper: Contrast, blur: float) -> tuple[Mask, Contrast]:
    """Which pixels are ink, and the darkest contrast of the stroke that each lies in."""
    inner = _without_edge(contrast, _FRAME)
    some = (slice(None, None, _COARSE), slice(None, None, _COARSE))
    level = float(np.median(inner[some]))
    # The camera's noise is as strong in a shadow, where the same contrast is less.
    noise = 1.4826 * float(np.median(np.abs(inner[some] - level) * paper[some]))
    floor = np.maximum(_LEAST_CONTRAST, level + 5 * noise / np.maximum(paper, 1))
    reach = PIXELS_PER_MM | 1
    darkest = cv2.dilate(inner, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    mask = _real_ink(inner > np.maximum(floor, 0.5 * darkest), inner)
    if not mask.any():
        return mask, cast("Contrast", darkest)
    part = _around(mask)
    found = levels(inner[part], mask[part], blur)
    mask[part] = within_edges(inner[part], mask[part], np.maximum(floor[part], found.edge))
    peak = np.ones_like(contrast)
    peak[part] = found.peak
    return mask, peak


def _around(mask: Mask) -> tuple[slice, slice]:
    """The part of the box that the ink takes, and what lies near enough to count."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    near = round(_NEAR * PIXELS_PER_MM)
    first, second = (slice(max(0, int(line[0]) - near), int(line[-1]) + 1 + near) for line in (rows, columns))
    return first, second


def _without_edge(contrast: Contrast, width: float) -> Contrast:
    border = round(width * PIXELS_PER_MM)
    inner = np.zeros_like(contrast)
    inner[border:-border, border:-border] = contrast[border:-border, border:-border]
    return inner


def _real_ink(mask: Mask, contrast: Contrast) -> Mask:
    """Without dust, pale spots and the remains of the frame."""
    count, found, figures, _centres = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    labels, stats = np.asarray(found, dtype=np.int32), np.asarray(figures, dtype=np.int32)
    if count == 1:
        return mask
    places = labels[mask]
    peaks = np.zeros(count, dtype=np.float32)
    np.maximum.at(peaks, places, contrast[mask])
    large = stats[:, cv2.CC_STAT_AREA] >= _DUST * PIXELS_PER_MM**2
    frame = np.ones(count, dtype=np.bool_)
    strip = (slice(round(_FRAME_REMAINS * PIXELS_PER_MM), -round(_FRAME_REMAINS * PIXELS_PER_MM)),) * 2
    frame[labels[strip][mask[strip]]] = False
    ink = large & ~frame
    if ink.any():
        ink &= peaks > _PALE * float(np.average(peaks[ink], weights=stats[ink, cv2.CC_STAT_AREA]))
    result = np.zeros_like(mask)
    result[mask] = ink[places]
    return result


def _touches_frame(mask: Mask) -> bool:
    """Whether ink reaches the frame."""
    border = round(_FRAME * PIXELS_PER_MM)
    edge = mask.copy()
    edge[border + 2 : -border - 2, border + 2 : -border - 2] = False
    return bool(edge.any())


def _colour(crop: Pixels, ink: Mask) -> NDArray[np.float64]:
    """The ink's colour in a crop of fewer pixels."""
    size = (crop.shape[1], crop.shape[0])
    share = cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return cast("NDArray[np.float64]", np.median(crop[share >= 0.9 * share.max()], axis=0))


def _signature_png(colour: NDArray[np.float64], mask: Mask, share: Contrast) -> bytes:
    """One colour, that of the ink; clear outside it, softer towards a stroke's edge."""
    layers = np.empty((*mask.shape, 4), dtype=np.uint8)
    layers[..., :3] = colour.astype(np.uint8)
    layers[..., 3] = np.where(mask, 128 + 127 * np.clip((share - 0.5) / 0.3, 0, 1), 0)
    buffer = BytesIO()
    dpi = PIXELS_PER_MM * 25.4
    Image.fromarray(layers, "RGBA").save(buffer, "PNG", dpi=(dpi, dpi), compress_level=4)
    return buffer.getvalue()
