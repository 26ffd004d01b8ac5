"""Finding the sheet in a picture: its QR code, its corner marks, and from them where every millimetre of it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from app.signatures.codes import Code, Gray, Homography, code_at, find_codes
from app.signatures.geometry import A4_SHEET, Points, mark_dictionary
from app.signatures.tokens import open_token

WORKING_LENGTH = 2200  # pixels of the longer side, at most, in which codes and marks are looked for first
_QUICK_LENGTH = 800  # pixels of it from which on marks are looked for in a picture half as large before
_SMALLEST_MARK = 10.0  # pixels
_LARGEST_SHIFT = 5.0  # mm between the QR code and where the marks let it be expected


@dataclass(frozen=True)
class Location:
    """What was found. `to_pixels` maps mm on the sheet to OpenCV's pixel coordinates (0 is the middle of the first
    pixel); None where it cannot be told."""

    token: str | None
    to_pixels: Homography | None
    problems: tuple[str, ...]


def locate(gray: Gray, key: bytes) -> Location:
    """Find one sheet of ours in a picture's luminance. Problems: `no_qr`, `foreign_qr`, `two_sheets`, `no_marks`, `mark_missing`."""
    times = -(-max(gray.shape) // WORKING_LENGTH)  # whole pixels are averaged several times faster than shares of them
    scale = 1 / times
    small = _smaller(gray, times)
    codes = find_codes(gray, small, scale, key)
    marks = _all_marks(small)
    if len(codes.ours) > 1 or _of_two_sheets(marks):
        return Location(None, None, ("two_sheets",))
    code = next(iter(codes.ours or codes.foreign), None)
    to_small, problem = _fit(code, marks)
    if not codes.ours and to_small is not None:
        code = _closer_look(gray, to_small, scale) or code
    token = code.text if code is not None and open_token(code.text, key) is not None else None
    problems = [] if token else ["foreign_qr" if code or codes.strange else "no_qr"]
    problems += [problem] if problem else []
    to_pixels = None if to_small is None else _enlarged(1 / scale) @ to_small
    return Location(token, to_pixels, tuple(problems))


def _closer_look(gray: Gray, to_small: Homography, scale: float) -> Code | None:
    """The code where the marks let it be expected, in pixels of the reduced picture."""
    found = code_at(gray, _enlarged(1 / scale) @ to_small)
    return None if found is None else Code(found.text, transform(_enlarged(scale), found.corners))


def _of_two_sheets(marks: dict[int, list[Points]]) -> bool:
    """Whether two marks are there twice; one alone may be a pattern on the desk."""
    return sum(len(quads) > 1 for quads in marks.values()) > 1


def _enlarged(factor: float) -> Homography:
    """From the reduced picture to the whole one; OpenCV counts from the middle of the first pixel."""
    shift = (factor - 1) / 2
    return np.array([(factor, 0, shift), (0, factor, shift), (0, 0, 1)], dtype=np.float64)


def _all_marks(gray: Gray) -> dict[int, list[Points]]:
    """The corner marks: quickly in a smaller picture, then as it is, at last enlarged, until each of them shows once."""
    if max(gray.shape) >= 2 * _QUICK_LENGTH:
        marks = _find_marks(_smaller(gray, 2))
        if _one_each(marks):
            return {
                number: [_sharpened(gray, transform(_enlarged(2), quad)) for quad in quads]
                for number, quads in marks.items()
            }
    marks = _find_marks(gray)
    if max(gray.shape) >= WORKING_LENGTH or _one_each(marks):
        return marks
    larger = cast("Gray", cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
    again = _find_marks(larger)
    if sum(map(len, again.values())) <= sum(map(len, marks.values())):
        return marks
    return {number: [transform(_enlarged(0.5), quad) for quad in quads] for number, quads in again.items()}


def _one_each(marks: dict[int, list[Points]]) -> bool:
    return sorted(marks) == list(range(len(A4_SHEET.marks))) and all(len(quads) == 1 for quads in marks.values())


def _smaller(gray: Gray, times: int) -> Gray:
    """So many times smaller; what is left over at the right and below is cut."""
    if times == 1:
        return gray
    height, width = (max(1, length // times) for length in gray.shape)
    cut = gray[: height * times, : width * times]
    return cast("Gray", cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA))


def _sharpened(gray: Gray, quad: Points) -> Points:
    """A mark's corners, found in a smaller picture, where they are in this one."""
    corners = quad.reshape(-1, 1, 2).astype(np.float32)
    found = cv2.cornerSubPix(
        gray, corners, (4, 4), (-1, -1), (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 0.02)
    )
    return np.asarray(found, dtype=np.float64).reshape(4, 2)


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
