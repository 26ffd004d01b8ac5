"""What offices do to a signed sheet: holes, staples, coffee; and sheet feeders: dirty glass, bent paper, black and white."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

from app.signatures.geometry import A4_SHEET
from bench.signature_camera import Picture, Pixels, Random

_SHADES = (
    (60, 60, 60),
    (120, 120, 120),
    (170, 170, 170),
    (205, 205, 205),
    (110, 200, 120),
    (120, 140, 230),
    (235, 120, 150),
)


def punched(sheet: Picture, rng: Random) -> Picture:
    """Two or four holes of a punch, at the left or above; the lid shows through them."""
    pixels, scale = sheet.pixels.copy(), float(sheet.to_pixels[0, 0])
    lid = int(rng.choice([8, 60, 128, 230]))
    along = [-40, 40] if rng.random() < 0.6 else [-120, -40, 40, 120]
    at_left = rng.random() < 0.7
    for step in along:
        place = (12.0, 148.5 + step) if at_left else (105.0 + step, 12.0)
        if 0 < place[0] < A4_SHEET.paper.width:
            cv2.circle(pixels, (round(place[0] * scale), round(place[1] * scale)), round(3 * scale), (lid,) * 3, -1)
    return replace(sheet, pixels=pixels)


def stapled(sheet: Picture, rng: Random) -> Picture:
    """A staple and its shadow at the upper left, the paper's corner turned over it now and then."""
    pixels, scale = sheet.pixels.copy(), float(sheet.to_pixels[0, 0])
    middle = rng.uniform(9, 16, 2)
    angle = rng.uniform(0, np.pi)
    half = 6 * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(np.round((middle + side * half) * scale).astype(int).tolist()) for side in (-1, 1)]
    cv2.line(pixels, ends[0], ends[1], (90, 90, 92), max(1, round(0.9 * scale)))
    cv2.line(pixels, ends[0], ends[1], (190, 190, 195), max(1, round(0.4 * scale)))
    if rng.random() < 0.5:
        reach = rng.uniform(15, 40)
        corner = np.round(np.array([(0, 0), (reach, 0), (0, reach)]) * scale).astype(np.int32)
        cv2.fillPoly(pixels, [corner], (212, 210, 205))
        cv2.line(
            pixels, tuple(corner[1].tolist()), tuple(corner[2].tolist()), (120, 120, 118), max(1, round(0.5 * scale))
        )
    return replace(sheet, pixels=pixels)


def stained(sheet: Picture, rng: Random) -> Picture:
    """A cup's ring of coffee somewhere about the box, a few splashes round it."""
    scale = float(sheet.to_pixels[0, 0])
    height, width = sheet.pixels.shape[:2]
    box = A4_SHEET.box
    middle = np.array([rng.uniform(box.left - 20, box.right + 20), rng.uniform(box.top - 30, box.bottom + 30)])
    size = (round(width / scale * 4), round(height / scale * 4))  # a quarter of a millimetre
    depth: Any = np.zeros(size[::-1], np.float32)
    place = tuple(np.round(middle * 4).astype(int).tolist())
    radius = rng.uniform(33, 42)
    strength = rng.uniform(0.08, 0.3)
    cv2.circle(depth, place, round(radius * 4), strength * 0.35, -1)
    cv2.circle(depth, place, round(radius * 4), strength, round(rng.uniform(1.5, 4) * 4))
    for _splash in range(int(rng.integers(0, 5))):
        spot = middle + rng.normal(0, radius, 2)
        cv2.circle(depth, tuple(np.round(spot * 4).astype(int).tolist()), round(rng.uniform(0.6, 3) * 4), strength, -1)
    depth = cv2.resize(cv2.GaussianBlur(depth, (0, 0), 2.2), (width, height))
    taken = depth[:, :, None] * np.array([0.75, 1.0, 1.5], np.float32)
    return replace(sheet, pixels=(sheet.pixels * (1 - np.clip(taken, 0, 0.8))).astype(np.uint8))


def bent(sheet: Picture, rng: Random) -> Picture:
    """Paper that does not lie flat: lines printed straight swing out by up to a millimetre, and it is out of focus."""
    scale = float(sheet.to_pixels[0, 0])
    height, width = sheet.pixels.shape[:2]
    swing, length = rng.uniform(0.3, 1.0) * scale, rng.uniform(80, 200) * scale
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    wave = (swing * np.sin(2 * np.pi * (across + 0.3 * down) / length + rng.uniform(0, 6))).astype(np.float32)
    waved: Any = cv2.remap(sheet.pixels, across, down + wave, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return replace(sheet, pixels=cv2.GaussianBlur(waved, (0, 0), rng.uniform(0.05, 0.2) * scale))


def streaked(picture: Picture, rng: Random) -> Picture:
    """Dust on a feeder's glass: thin straight lines along the whole page, darker or lighter than the paper."""
    pixels = picture.pixels.copy()
    width = pixels.shape[1]
    scale = float(np.sqrt(abs(np.linalg.det(picture.to_pixels[:2, :2]))))
    parts = [picture.places(part.corners())[:, 0] for part in (A4_SHEET.box, A4_SHEET.qr)]
    for _line in range(int(rng.integers(1, 4))):
        over = parts[int(rng.integers(2))]
        at = int(rng.uniform(max(0, over.min()), min(width - 1, over.max())))
        thick = max(1, round(rng.uniform(0.08, 0.3) * scale))
        shade = np.array((250, 250, 250) if rng.random() < 0.15 else _SHADES[int(rng.integers(len(_SHADES)))])
        share = rng.uniform(0.5, 1.0)
        column = pixels[:, at : at + thick]
        pixels[:, at : at + thick] = (column * (1 - share) + np.minimum(column, shade) * share).astype(np.uint8)
    return replace(picture, pixels=pixels)


def grey(picture: Picture, _rng: Random) -> Picture:
    """Without colours."""
    return replace(picture, pixels=np.repeat(cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2))


def black_and_white(picture: Picture, rng: Random) -> Picture:
    """One bit a pixel, as feeders are often set to send."""
    gray: Any = cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY)
    paper = float(np.percentile(gray, 70))
    bits = np.where(gray > paper * rng.uniform(0.5, 0.75), 255, 0).astype(np.uint8)
    return replace(picture, pixels=np.repeat(bits[:, :, None], 3, axis=2))


ON_PAPER: dict[str, Callable[[Picture, Random], Picture]] = {
    "punched": punched,
    "stapled": stapled,
    "stained": stained,
    "bent": bent,
}
IN_SCANNER: dict[str, Callable[[Picture, Random], Picture]] = {
    "streaked": streaked,
    "grey": grey,
    "black and white": black_and_white,
}


def group4(pixels: Pixels, dpi: float) -> bytes:
    """A page of one bit a pixel as fax machines and feeders send it: TIFF, CCITT group 4."""
    buffer = BytesIO()
    Image.fromarray(pixels).convert("1").save(buffer, "TIFF", compression="group4", dpi=(dpi, dpi))
    return buffer.getvalue()
