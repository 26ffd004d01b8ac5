"""Signed sheets as scanners and phones give them, with the truth they were made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from app.signatures.geometry import A4_SHEET, POINTS_PER_MM, Points
from app.signatures.sheet import SheetData, sheet_pdf
from app.signatures.tokens import make_token
from bench.signature_camera import Picture, Pixels, Random, flatbed, folded, jpeg, phone
from bench.signature_pen import Signature, written
from bench.signature_wear import IN_SCANNER, ON_PAPER, group4

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PEOPLE = 200

KINDS = {
    "flatbed": 0.36,
    "phone": 0.36,
    "folded": 0.06,
    "empty": 0.04,
    "cropped": 0.03,
    "two sheets": 0.03,
    "foreign": 0.03,
    "no code": 0.03,
    "dirty code": 0.03,
    "across frame": 0.03,
}
WORN = (*ON_PAPER, *IN_SCANNER)
"""Further kinds, which are made where they are asked for."""
_INK_UNKNOWN = {"bent", "stained"}
"""Kinds whose ink lies where it was not drawn, or beside what looks like it."""
_DPI = ((100, 0.2), (150, 0.25), (200, 0.2), (300, 0.25), (400, 0.05), (600, 0.05))


_ROUND = 8.0  # mm round the box into which a stroke may run


@dataclass(frozen=True)
class Case:
    """One page: its file, and what is to be read from it.

    `token` is None where nobody must be matched; `box` None where the place cannot be known; `problems` are those that
    must be told.
    """

    number: int
    kind: str
    photo: bool
    dpi: float
    content: bytes
    token: str | None
    box: Points | None
    signature: Signature | None
    problems: frozenset[str]


def corpus(pages: int, seed: int) -> Iterator[Case]:
    """`pages` cases, every one from its own number and the seed alone."""
    return (case(number, seed) for number in range(pages))


def case(number: int, seed: int, kind: str = "") -> Case:
    """The page of this number, of one of `KINDS` as they come, or of the kind wanted, which may be one of `WORN`."""
    rng = np.random.default_rng((seed, number))
    kinds = list(KINDS)
    kind = kind or str(rng.choice(kinds, p=np.array([KINDS[name] for name in kinds])))
    photo = kind == "phone" or (kind not in {"flatbed", *IN_SCANNER} and rng.random() < 0.5)
    person = int(rng.integers(PEOPLE))
    dpi = 300 if photo else int(rng.choice([value for value, _share in _DPI], p=[share for _value, share in _DPI]))
    dpi = max(dpi, 200) if kind == "black and white" else dpi  # coarser bits are no strokes any more
    signature = None if kind == "empty" else written(rng, across_frame=kind == "across frame")
    sheet = _sheet(rng, token_of(person, OTHER_KEY if kind == "foreign" else KEY), dpi, signature)
    sheet = _spoiled(sheet, kind, rng, person, dpi)
    picture = phone(sheet, rng) if photo else flatbed(sheet, rng)
    if kind == "cropped":
        picture = _without_a_mark(picture, int(rng.integers(4)))
    if kind in IN_SCANNER:
        picture = IN_SCANNER[kind](picture, rng)
    if kind == "black and white":
        content = group4(picture.pixels, dpi)
    else:
        content = jpeg(picture.pixels, int(rng.integers(30, 96)), None if photo else dpi)
    known = kind not in {"foreign", "no code", "two sheets"}
    return Case(
        number=number,
        kind=kind,
        photo=photo,
        dpi=dpi,
        content=content,
        token=token_of(person, KEY) if known else None,
        box=None if kind == "two sheets" else picture.places(A4_SHEET.box.corners()),
        signature=None if kind in {"two sheets", *_INK_UNKNOWN} else signature,
        problems=frozenset(
            {
                "empty": {"empty_box"},
                "cropped": {"mark_missing"},
                "two sheets": {"two_sheets"},
                "foreign": {"foreign_qr"},
                "no code": {"no_qr"},
                "across frame": {"touches_frame"},
            }.get(kind, set())
        ),
    )


def token_of(person: int, key: bytes) -> str:
    """The sheet number printed for a made-up person."""
    return make_token(person.to_bytes(16, "big"), key)


def _sheet(rng: Random, token: str, dpi: float, signature: Signature | None) -> Picture:
    """The sheet on paper of some tint, signed and perhaps folded."""
    pixels = _printed(token, dpi).copy()
    # Not `dpi`: PDFium stretches the page to whole pixels, up to a pixel over its length.
    paper = A4_SHEET.paper
    per_mm = (pixels.shape[1] / paper.width, pixels.shape[0] / paper.height)
    if signature is not None:
        _ink(pixels, signature, per_mm, rng)
    tint = np.array([255, 255 - rng.uniform(0, 8), 255 - rng.uniform(0, 30)]) * rng.uniform(0.9, 1.0)
    tinted = (np.arange(256, dtype=np.uint8)[:, None] * (tint / 255).astype(np.float32)).astype(np.uint8)
    pixels = np.ascontiguousarray(cv2.LUT(pixels, tinted[None]))
    sheet = Picture(pixels, np.diag([*per_mm, 1]))
    return folded(sheet, rng) if rng.random() < 0.2 else sheet


@lru_cache(maxsize=4)
def _printed(token: str, dpi: float) -> Pixels:
    pdf = sheet_pdf([SheetData("王小明", "190101199001011234", token)], "上海市")
    drawn = pdfium.PdfDocument(pdf)[0].render(scale=dpi / 25.4 / POINTS_PER_MM, rev_byteorder=True).to_numpy()
    return np.ascontiguousarray(drawn[:, :, :3])


def _ink(pixels: Pixels, signature: Signature, per_mm: tuple[float, float], rng: Random) -> None:
    """Write on the paper; the ink is a little uneven, as a ballpoint's is."""
    box = A4_SHEET.box
    left, top = floor((box.left - _ROUND) * per_mm[0]), floor((box.top - _ROUND) * per_mm[1])
    cover = signature.coverage(per_mm, (box.left - left / per_mm[0], box.top - top / per_mm[1]))
    place = (slice(top, top + cover.shape[0]), slice(left, left + cover.shape[1]))
    uneven: Any = cv2.GaussianBlur(rng.normal(0, 1, cover.shape).astype(np.float32), (0, 0), max(1.0, per_mm[0] / 6))
    uneven *= rng.uniform(0, 0.12) / max(float(uneven.std()), 1e-6)
    share: Any = (cover * np.clip(rng.uniform(0.85, 1.0) + uneven, 0.5, 1))[:, :, None]
    pixels[place] = (pixels[place] * (1 - share) + np.array(signature.colour) * share).astype(np.uint8)


def _spoiled(sheet: Picture, kind: str, rng: Random, person: int, dpi: float) -> Picture:
    if kind in ON_PAPER:
        return ON_PAPER[kind](sheet, rng)
    scale = float(sheet.to_pixels[0, 0])
    qr = A4_SHEET.qr
    left, top, size = round(qr.left * scale), round(qr.top * scale), round(qr.width * scale)
    pixels = sheet.pixels.copy()
    if kind == "no code":
        pixels[top - 3 : top + size + 3, left - 3 : left + size + 3] = pixels[top - 20, left]
    elif kind == "dirty code":
        for _spot in range(int(rng.integers(1, 4))):
            at = (left + round(rng.uniform(0.3, 0.9) * size), top + round(rng.uniform(0.3, 0.9) * size))
            shade = int(rng.choice([30, 120, 235]))
            cv2.circle(pixels, at, round(size * rng.uniform(0.03, 0.08)), (shade, shade, shade), -1)
    elif kind == "two sheets":
        other = _sheet(rng, token_of((person + 1) % PEOPLE, KEY), dpi, written(rng))
        gap = np.full((pixels.shape[0], round(8 * scale), 3), 200, np.uint8)
        pixels = np.hstack([pixels, gap, other.pixels])
    return Picture(pixels, sheet.to_pixels)


def _without_a_mark(picture: Picture, mark: int) -> Picture:
    """The picture cut so that one corner mark is lost; the QR code and the box stay whole."""
    height, width = picture.pixels.shape[:2]
    keep = np.vstack([picture.places(part.corners()) for part in (A4_SHEET.box, A4_SHEET.qr)])
    lost = picture.places(A4_SHEET.marks[mark].corners())
    low, high = keep.min(axis=0), keep.max(axis=0)
    cuts = {
        "left": (low[0] - lost[:, 0].min(), round(lost[:, 0].mean())),
        "top": (low[1] - lost[:, 1].min(), round(lost[:, 1].mean())),
        "right": (lost[:, 0].max() - high[0], round(width - lost[:, 0].mean())),
        "bottom": (lost[:, 1].max() - high[1], round(height - lost[:, 1].mean())),
    }
    side, (_room, cut) = max(cuts.items(), key=lambda entry: entry[1][0])
    return picture.cropped(**{**dict.fromkeys(("left", "top", "right", "bottom"), 0), side: cut})


def overlap(found: Points, truth: Points) -> float:
    """Intersection over union of two convex quadrilaterals."""
    first, second = found.astype(np.float32), truth.astype(np.float32)
    both, _outline = cv2.intersectConvexConvex(first, second)
    return float(both / (cv2.contourArea(first) + cv2.contourArea(second) - both))


def registered(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two masks on one canvas, the first moved to where it covers most of the second (a cut signature is trimmed)."""
    size = tuple(cv2.getOptimalDFTSize(a + b) for a, b in zip(found.shape, truth.shape, strict=True))
    spectra = [np.fft.rfft2(mask.astype(np.float32), s=size) for mask in (truth, found)]
    hits = np.fft.irfft2(spectra[0] * np.conj(spectra[1]), s=size)
    down, across = np.unravel_index(int(hits.argmax()), hits.shape)
    moved = np.zeros(size, bool)
    moved[: found.shape[0], : found.shape[1]] = found
    canvas = np.zeros(size, bool)
    canvas[: truth.shape[0], : truth.shape[1]] = truth
    return np.roll(moved, (int(down), int(across)), axis=(0, 1)), canvas
