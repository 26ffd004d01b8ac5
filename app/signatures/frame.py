"""Finding the box's printed frame itself: where the corner marks are gone, and where bent paper moved it."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from app.signatures.codes import Gray, Homography
from app.signatures.geometry import A4_SHEET, PIXELS_PER_MM, Points, Rectangle
from app.signatures.ink import cut_box
from app.signatures.locate import transform

_REACH = 9  # mm round the box in which its frame is looked for with the QR code alone; the next line is 14 mm away
_SHORT_REACH = 3  # mm, with the corner marks
_HALF_LINE = 0.6  # mm on each side of its darkest place that belong to a frame line, blurred as it may be
_STEP = 4  # mm of frame averaged into one sample
_LEAST_DARKNESS = 0.16  # of the paper's brightness, below it
_LARGEST_SHIFT = 0.2  # of the QR code's size, by which a frame may disagree with it and still be this sheet's box
_LARGEST_SCATTER = 0.6  # mm; ink crosses the frame, so the median counts

Line = tuple[float, float]  # offset and slope of a frame line against the expected one, in crop pixels


def find_by_frame(gray: Gray, to_pixels: Homography) -> Homography | None:
    """The map from mm to pixels corrected by the four frame lines near the expected box; None where they are unclear.

    `to_pixels` needs to be right at the QR code only: carried on from there, a perspective guessed from four corners a
    pixel off goes astray, so the same without perspective is tried first.
    """
    code = A4_SHEET.qr.corners()
    seen = transform(to_pixels, code)
    for guess in (_without_perspective(code, seen), to_pixels):
        found = _by_frame(gray, guess, _REACH)
        if found is not None and np.abs(transform(found, code) - seen).max() < _LARGEST_SHIFT * np.ptp(seen):
            return found
    return None


def refine_by_frame(gray: Gray, to_pixels: Homography) -> Homography:
    """The map that the corner marks gave, right at the box to a tenth of a millimetre where its frame is clear."""
    found = _by_frame(gray, to_pixels, _SHORT_REACH)
    return to_pixels if found is None else found


def _without_perspective(places: Points, pixels: Points) -> Homography:
    """The affine map nearest to four pairs of points."""
    columns, *_rest = np.linalg.lstsq(np.column_stack([places, np.ones(len(places))]), pixels, rcond=None)
    return np.vstack([columns.T, (0, 0, 1)])


def _by_frame(gray: Gray, to_pixels: Homography, reach: int) -> Homography | None:
    box = A4_SHEET.box
    around = Rectangle(box.left - reach, box.top - reach, box.width + 2 * reach, box.height + 2 * reach)
    depth = 2 * reach
    strips = (
        Rectangle(around.left, around.top, around.width, depth),
        Rectangle(around.right - depth, around.top, depth, around.height),
        Rectangle(around.left, around.bottom - depth, around.width, depth),
        Rectangle(around.left, around.top, depth, around.height),
    )
    # Seen with the looked-for line running along the top: the upper strip as it is, the others turned by quarter turns.
    top, right, bottom, left = (
        _line(np.rot90(cut_box(gray, to_pixels, strip), turns)) for turns, strip in enumerate(strips)
    )
    if top is None or right is None or bottom is None or left is None:
        return None
    width, height = around.width * PIXELS_PER_MM, around.height * PIXELS_PER_MM
    places = _corners((top, right, bottom, left), width, height) / PIXELS_PER_MM + (around.left, around.top)
    pixels = transform(to_pixels, places).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(box.corners().astype(np.float32), pixels), dtype=np.float64)


def _line(band: NDArray[np.uint8]) -> Line | None:
    """The dark line along a strip: row = offset + slope * column, in pixels of this view."""
    corner, step = len(band), _STEP * PIXELS_PER_MM
    samples = range(corner, band.shape[1] - corner - step, step)
    columns = np.array([start + step / 2 for start in samples])
    means = [
        cv2.reduce(band[:, start : start + step], 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() for start in samples
    ]
    profiles = cv2.GaussianBlur(np.stack(means), (5, 1), 0)
    paper = np.median(profiles, axis=1)
    clear = paper - profiles.min(axis=1) > _LEAST_DARKNESS * np.maximum(paper, 1)
    rows = _middles(paper[:, None] - profiles)
    if clear.sum() < len(clear) / 2:
        return None
    columns, rows = columns[clear], rows[clear]
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    along, across, x, y = np.ravel(cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01)).tolist()
    slope = across / along
    offset = y - slope * x
    scatter = float(np.median(np.abs(rows - offset - slope * columns)))
    return (offset, slope) if scatter < _LARGEST_SCATTER * PIXELS_PER_MM else None


def _middles(darkness: NDArray[np.float32]) -> NDArray[np.float64]:
    """Where the line lies in each row of profiles, between the pixels: the middle of what is darker than
    a third of its darkest place."""
    peaks = darkness.argmax(axis=1)
    places = np.arange(darkness.shape[1])
    near = np.abs(places - peaks[:, None]) <= _HALF_LINE * PIXELS_PER_MM
    weight = np.where(near, np.maximum(darkness - darkness.max(axis=1, keepdims=True) / 3, 0), 0)
    return cast("NDArray[np.float64]", (weight * (places + 0.5)).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-6))


def _corners(sides: tuple[Line, Line, Line, Line], width: float, height: float) -> Points:
    """Where the four lines cross, clockwise from top left; each line is given in its own quarter turn's view."""
    top, right, bottom, left = sides
    # `rot90` turns counter-clockwise: the right side comes up first, its top to the left.
    lines = (
        (top[1], -1.0, top[0]),
        (-1.0, -right[1], width - right[0]),
        (-bottom[1], 1.0, bottom[0] + bottom[1] * width - height),
        (1.0, left[1], -left[0] - left[1] * height),
    )
    crossings = [np.cross(lines[side - 1], lines[side]) for side in range(4)]
    return np.array([(crossing[0] / crossing[2], crossing[1] / crossing[2]) for crossing in crossings])
