"""Parting ink from paper in the signature box: uneven light, shadows, folds, dust and the printed frame go."""

from dataclasses import dataclass
from io import BytesIO
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.signatures.blur import Contrast, Mask, frame_blur, stroke_edge
from app.signatures.codes import Homography
from app.signatures.folds import without_creases
from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM, Rectangle
from app.signatures.pages import Pixels

_FRAME = A4_SHEET.frame_width / 2 + 0.5  # mm at the crop's edge that belong to the frame
_FRAME_REMAINS = 2.5  # mm; what lies wholly nearer to the edge is the frame on bent paper, not ink
_WIDEST_STROKE = 5  # mm; wider dark places are shadow
_LEAST_CONTRAST = 0.08  # of paper white
_EDGE = 0.42  # share of a stroke's own contrast at which it ends in a sharp picture
_EDGE_RISE = 0.25  # by how much of what the blur adds that share is raised
_LARGEST_RISE = 0.1
_PALE = 0.4  # share of the ink's contrast below which a spot is a fold, a shadow or the other side's print
_DUST = 0.08  # mm²
_LEAST_INK = 2.0  # mm²
_LEAST_SPAN = 10.0  # mm
_FAINT = 0.28  # of paper white
_BLURRED = 0.3  # mm; standard deviation of a blur at which thin strokes run together
_MARGIN = 2  # mm of clear space around the cut signature


@dataclass(frozen=True)
class Ink:
    """The signature as a transparent PNG (305 dpi, trimmed), None for an empty box; what is wrong with it."""

    png: bytes | None
    problems: tuple[str, ...]


def cut_box(picture: Pixels, to_pixels: Homography, box: Rectangle = A4_SHEET.box) -> Pixels:
    """The box turned upright and flat, 12 pixels a mm; white where the picture ends."""
    step = 1 / PIXELS_PER_MM  # the first pixel's middle lies half a step inside the box
    to_crop = np.array([(step, 0, box.left + step / 2), (0, step, box.top + step / 2), (0, 0, 1)])
    size = (round(box.width * PIXELS_PER_MM), round(box.height * PIXELS_PER_MM))
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    warped = cv2.warpPerspective(picture, to_pixels @ to_crop, size, flags=flags, borderValue=(255, 255, 255))
    return cast("Pixels", warped)


def darkest(crop: Pixels) -> NDArray[np.uint8]:
    """The darkest channel of each pixel, so that inks of all colours count."""
    red, green, blue = cv2.split(crop)
    return cast("NDArray[np.uint8]", cv2.min(cv2.min(red, green), blue))


def read_ink(crop: Pixels) -> Ink:
    """The signature in a box as `cut_box` gives it. Problems: `empty_box`, `faint`, `touches_frame`, `too_small`,
    `blurred`."""
    contrast = without_creases(_contrast(crop))
    blur = frame_blur(contrast)
    mask, strength = ink_mask(contrast, blur)
    if mask.sum() < _LEAST_INK * PIXELS_PER_MM**2:
        return Ink(None, ("empty_box",))
    problems = []
    if float(np.median(strength[mask])) < _FAINT:
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
    return Ink(_signature_png(crop[trim], contrast[trim], mask[trim], strength[trim]), tuple(problems))


def _contrast(crop: Pixels) -> Contrast:
    """How much darker than the paper around it each pixel is, 0 to 1; the darkest channel, so that all inks count."""
    dark = cv2.GaussianBlur(darkest(crop), (0, 0), 0.8)
    small = cv2.medianBlur(cv2.resize(dark, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 5)
    reach = _WIDEST_STROKE * PIXELS_PER_MM // 4 | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    # Smooth, but never brighter than the paper close by: a shadow's sharp edge would look like a line of ink.
    paper = cv2.min(cv2.GaussianBlur(paper, (0, 0), 3), cv2.erode(paper, np.ones((3, 3), np.uint8)))
    paper = cv2.resize(paper, (dark.shape[1], dark.shape[0]))
    light = dark.astype(np.float32) / np.maximum(paper.astype(np.float32), 1)
    return cast("Contrast", np.clip(1 - light, 0, 1))


def ink_mask(contrast: Contrast, blur: float) -> tuple[Mask, Contrast]:
    """Which pixels are ink, and the contrast of the stroke that each lies in."""
    inner = _without_edge(contrast, _FRAME)
    noise = 1.4826 * float(np.median(np.abs(inner - np.median(inner))))
    floor = max(_LEAST_CONTRAST, float(np.median(inner)) + 5 * noise)
    reach = PIXELS_PER_MM | 1
    strength = cv2.dilate(inner, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    mask = _real_ink(inner > np.maximum(floor, _EDGE * strength), inner)
    if mask.any():
        rise = _EDGE_RISE * (stroke_edge(mask, blur) - 0.5)
        edge = _EDGE + min(rise, _LARGEST_RISE)
        mask &= inner > edge * strength
    return mask, cast("Contrast", strength)


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
    peaks = np.zeros(count, dtype=np.float32)
    np.maximum.at(peaks, labels[mask], contrast[mask])
    large = stats[:, cv2.CC_STAT_AREA] >= _DUST * PIXELS_PER_MM**2
    frame = np.ones(count, dtype=np.bool_)
    strip = round(_FRAME_REMAINS * PIXELS_PER_MM)
    frame[labels[strip:-strip, strip:-strip].ravel()] = False
    large[0] = False
    ink = large & ~frame
    if ink.any():
        ink &= peaks > _PALE * float(np.average(peaks[ink], weights=stats[ink, cv2.CC_STAT_AREA]))
    return ink[labels]


def _touches_frame(mask: Mask) -> bool:
    """Whether ink reaches the frame."""
    border = round(_FRAME * PIXELS_PER_MM)
    edge = mask.copy()
    edge[border + 2 : -border - 2, border + 2 : -border - 2] = False
    return bool(edge.any())


def _signature_png(crop: Pixels, contrast: Contrast, mask: Mask, strength: Contrast) -> bytes:
    """One colour, that of the ink; clear outside it, softer towards a stroke's edge."""
    share = contrast / np.maximum(strength, 1e-3)
    alpha = np.where(mask, 110 + 145 * np.clip((share - _EDGE) / 0.3, 0, 1), 0).astype(np.uint8)
    colour = np.median(crop[mask & (share > 0.8)], axis=0) if (mask & (share > 0.8)).any() else np.zeros(3)
    layers = np.empty((*alpha.shape, 4), dtype=np.uint8)
    layers[..., :3] = colour.astype(np.uint8)
    layers[..., 3] = alpha
    buffer = BytesIO()
    dpi = PIXELS_PER_MM * 25.4
    Image.fromarray(layers, "RGBA").save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()
