"""Reading the scan of a signed sheet: whose it is, where the box lies, the signature as a transparent PNG."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from app.isolation import isolated
from app.signatures.codes import Homography
from app.signatures.frame import find_by_frame, refine_by_frame
from app.signatures.geometry import A4_SHEET, Points
from app.signatures.ink import Ink, luminance, read_ink
from app.signatures.locate import locate, transform
from app.signatures.pages import Page, Pixels
from app.signatures.scans import MAX_BYTES, MAX_PAGES, open_scan, upright

DISPLAY_LENGTH = 1600  # pixels of the longer side of the picture that is shown
_LEAST_RESOLUTION = 2.6  # pixels a mm in the box: 66 dpi

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class ScanReading:
    """What one page of a scan says.

    `token` is the sheet's signed number, already checked. `box` holds four corners, clockwise from the box's own top
    left, in pixels of the page as it is stored (`width` × `height`; 0 is the left edge of the first pixel; a PDF page that is
    no scanner's picture at 200 dpi), along the middle of the printed frame. `page_jpeg` is the page upright, at most 1600 pixels long, encoded anew. `problems` holds codes of
    `app.signatures.problems`.
    """

    page: int
    width: int
    height: int
    token: str | None
    box: Corners | None
    signature_png: bytes | None
    page_jpeg: bytes
    problems: tuple[str, ...]


@isolated
def read_scan(content: bytes, filename: str, key: bytes) -> ScanReading:
    """Read one person's upload: of several pages the one that is a sheet. `key` is the one the sheets are signed with.

    Always gives the page, with problems where no signature can be cut. Two different sheets give no token and
    `two_sheets`. Raises UserError (`app.signatures.scans.open_scan`) for a file that cannot be read.
    """
    readings = list(read_pages(content, filename, key))
    best = max(readings, key=lambda reading: (reading.token is not None, reading.box is not None, -reading.page))
    if len({reading.token for reading in readings if reading.token}) > 1:
        return replace(best, token=None, box=None, signature_png=None, problems=("two_sheets",))
    return best


def read_pages(
    content: bytes, filename: str, key: bytes, *, max_pages: int = MAX_PAGES, max_bytes: int = MAX_BYTES
) -> Iterator[ScanReading]:
    """Read every page of a file, one after the other; only one page's pixels are held at a time."""
    with open_scan(content, filename, max_pages=max_pages, max_bytes=max_bytes) as scan:
        for number in range(1, scan.count + 1):
            yield read_page(scan.page(number), key)


def read_page(page: Page, key: bytes, *, picture: bool = True) -> ScanReading:
    """Read one page's pixels; `page_jpeg` is empty where no picture is wanted."""
    gray = luminance(page.pixels)
    location = locate(gray, key)
    to_pixels = location.to_pixels
    if to_pixels is not None:
        by_frame = find_by_frame if "no_marks" in location.problems else refine_by_frame
        to_pixels = by_frame(gray, to_pixels)
    height, width = page.pixels.shape[:2]
    box, ink, problems = None, Ink(None, ()), location.problems
    if to_pixels is not None:
        corners = transform(to_pixels, A4_SHEET.box.corners())
        problems += _box_problems(corners, width, height)
        if "box_cut_off" not in problems:
            box = tuple((round(float(x), 2), round(float(y), 2)) for x, y in (corners + 0.5) * page.reduced)
            ink = read_ink(page.pixels, gray, to_pixels)
    return ScanReading(
        page=page.number,
        width=page.width,
        height=page.height,
        token=location.token,
        box=box,
        signature_png=ink.png,
        page_jpeg=_display(page, location.to_pixels) if picture else b"",
        problems=problems + ink.problems,
    )


def _box_problems(corners: Points, width: int, height: int) -> tuple[str, ...]:
    inside = (corners >= -1).all() and (corners <= (width + 1, height + 1)).all()
    if not inside or not cv2.isContourConvex(corners.astype(np.float32)):
        return ("box_cut_off",)
    resolution = np.linalg.norm(corners[1] - corners[0]) / A4_SHEET.box.width
    return ("low_resolution",) if resolution < _LEAST_RESOLUTION else ()


def _display(page: Page, to_pixels: Homography | None) -> bytes:
    """The page as JPEG, its top up: by the sheet where it was found, else by EXIF."""
    image = _downscaled(page.pixels)
    if to_pixels is None:
        image = upright(image, page.orientation)
    else:
        left, right = transform(to_pixels, A4_SHEET.box.corners()[:2])
        turns = round(float(np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0]))) / 90) % 4
        image = image.transpose(_BACK[turns]) if turns else image
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


_BACK = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}


def _downscaled(pixels: Pixels) -> Image.Image:
    scale = min(1.0, DISPLAY_LENGTH / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return Image.fromarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels)
