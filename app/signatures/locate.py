"""Finding the sheet in a picture: its QR code, its corner marks, and from them where every millimetre of it lies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, Points, mark_dictionary
from app.signatures.scans import Pixels
from app.signatures.tokens import looks_like_token, open_token

Gray = NDArray[np.uint8]
Homography = NDArray[np.float64]

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])

WORKING_LENGTH = 2000  # pixels of the longer side in which codes and marks are looked for first
_SMALLEST_MARK = 10.0  # pixels
_LARGEST_SHIFT = 5.0  # mm between the QR code and where the marks let it be expected


@dataclass(frozen=True)
class Code:
    """A QR code in a picture: its text and four corners clockwise from the symbol's own top left, in pixels."""

    text: str
    corners: Points


@dataclass(frozen=True)
class Location:
    """What was found. `to_pixels` maps mm on the sheet to OpenCV's pixel coordinates (0 is the middle of the first
    pixel); None where it cannot be told."""

    token: str | None
    to_pixels: Homography | None
    problems: tuple[str, ...]


def locate(picture: Pixels, key: bytes) -> Location:
    """Find one sheet of ours. Problems: `no_qr`, `foreign_qr`, `two_sheets`, `no_marks`, `mark_missing`."""
    gray = cast("Gray", cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    scale = min(1.0, WORKING_LENGTH / max(gray.shape))
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    small = cast("Gray", cv2.resize(gray, size, interpolation=cv2.INTER_AREA))
    ours, foreign = _find_codes(gray, small, scale, key)
    if len(ours) > 1:
        return Location(None, None, ("two_sheets",))
    problems = [] if ours else ["foreign_qr" if foreign else "no_qr"]
    code = ours[0] if ours else next(iter(foreign), None)
    marks = _find_marks(small)
    to_small, problem = _fit(code, marks)
    problems += [problem] if problem else []
    to_pixels = None if to_small is None else _enlarged(1 / scale) @ to_small
    return Location(ours[0].text if ours else None, to_pixels, tuple(problems))


def _enlarged(factor: float) -> Homography:
    """From the reduced picture to the whole one; OpenCV counts from the middle of the first pixel."""
    shift = (factor - 1) / 2
    return np.array([(factor, 0, shift), (0, factor, shift), (0, 0, 1)], dtype=np.float64)


def _find_codes(gray: Gray, small: Gray, scale: float, key: bytes) -> tuple[list[Code], list[Code]]:
    """Codes signed with `key` and those of other sheets; the slower ways only where the quick one finds none of ours."""
    foreign: list[Code] = []
    tries: list[tuple[Callable[[], Gray], float]] = [(lambda: small, 1.0)]
    if scale < 1:
        tries.append((lambda: gray, scale))
    tries.append((lambda: _even_contrast(small), 1.0))
    for picture, to_small in tries:
        codes = [Code(code.text, code.corners * to_small) for code in _read_codes(picture())]
        ours = [code for code in codes if open_token(code.text, key) is not None]
        if ours:
            return ours, foreign
        foreign = foreign or codes
    return [], foreign


def _read_codes(gray: Gray) -> list[Code]:
    codes = []
    for found in zxingcpp.read_barcodes(gray, formats=_QR):
        place = found.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        if looks_like_token(found.text):
            codes.append(Code(found.text, np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)))
    return codes


def _even_contrast(gray: Gray) -> Gray:
    return cast("Gray", cv2.createCLAHE(clipLimit=3.0, tileGridSize=(12, 12)).apply(gray))


def _find_marks(gray: Gray) -> dict[int, list[Points]]:
    """Corner marks by number, each with its corners clockwise from the mark's own top left, in pixels."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.minMarkerPerimeterRate = 4 * _SMALLEST_MARK / max(gray.shape)
    parameters.adaptiveThreshWinSizeMin, parameters.adaptiveThreshWinSizeMax = 13, 43
    parameters.adaptiveThreshWinSizeStep = 15
    corners, numbers, _rejected = cv2.aruco.ArucoDetector(mark_dictionary(), parameters).detectMarkers(gray)
    marks: dict[int, list[Points]] = {}
    for quad, number in zip(corners, _integers(numbers), strict=True):
        if number < len(A4_SHEET.marks):
            marks.setdefault(number, []).append(np.asarray(quad, dtype=np.float64).reshape(4, 2))
    return marks


def _integers(numbers: object) -> list[int]:
    """OpenCV's column of numbers, None when it found nothing."""
    return [] if numbers is None else [int(number) for number in np.ravel(np.asarray(numbers))]


def _fit(code: Code | None, marks: dict[int, list[Points]]) -> tuple[Homography | None, str | None]:
    """The map from mm to pixels out of what was found, and the problem if it is not all there."""
    by_code = None if code is None else _solve(A4_SHEET.qr.corners(), code.corners)
    if by_code is None and any(len(quads) > 1 for quads in marks.values()):
        return None, "two_sheets"
    chosen = {number: _nearest(number, quads, by_code) for number, quads in marks.items()}
    places = [A4_SHEET.marks[number].corners() for number in chosen]
    pixels = list(chosen.values())
    if code is not None and len(chosen) < 3:  # three marks alone reach farther and are surer than the code's corners
        places.append(A4_SHEET.qr.corners())
        pixels.append(code.corners)
    if not chosen or len(places) < 2:
        return by_code, "no_marks"
    fitted = _solve(np.vstack(places), np.vstack(pixels))
    if fitted is None or (code is not None and not _agree(fitted, code)):
        return by_code, "no_marks"
    return fitted, None if len(chosen) == len(A4_SHEET.marks) else "mark_missing"


def _nearest(number: int, quads: Sequence[Points], by_code: Homography | None) -> Points:
    """Of several marks with one number the one that belongs to the sheet whose QR code was read."""
    if by_code is None or len(quads) == 1:
        return quads[0]
    expected = transform(by_code, A4_SHEET.marks[number].corners()).mean(axis=0)
    return min(quads, key=lambda quad: float(np.linalg.norm(quad.mean(axis=0) - expected)))


def _agree(fitted: Homography, code: Code) -> bool:
    """Whether the code lies where the marks say: else they are another sheet's."""
    found = transform(cast("Homography", np.linalg.inv(fitted)), code.corners)
    return bool(np.abs(found - A4_SHEET.qr.corners()).max() < _LARGEST_SHIFT)


def _solve(places: Points, pixels: Points) -> Homography | None:
    matrix, _inliers = cv2.findHomography(places, pixels, cv2.RANSAC if len(places) > 4 else 0, 3.0)
    if matrix is None or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-9:
        return None
    return cast("Homography", matrix)


def transform(matrix: Homography, points: Points) -> Points:
    """Map points, shape (n, 2), by a homography."""
    return cast("Points", cv2.perspectiveTransform(points.reshape(1, -1, 2), matrix).reshape(-1, 2))
