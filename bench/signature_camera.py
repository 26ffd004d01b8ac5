"""What happens to a sheet between the pen and the file: scanners, feeders, phones, light, folds, compression."""

from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.signatures.geometry import Points

Pixels = NDArray[np.uint8]
Light = NDArray[np.float32]
Homography = NDArray[np.float64]
Random = np.random.Generator


@dataclass(frozen=True)
class Picture:
    """Pixels, and the map from mm on the sheet to them (0 is the left edge of the first pixel)."""

    pixels: Pixels
    to_pixels: Homography

    def places(self, points: Points) -> Points:
        """Points of the sheet, shape (n, 2) in mm, in pixels."""
        homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ self.to_pixels.T
        places: Points = homogeneous[:, :2] / homogeneous[:, 2:]
        return places

    def cropped(self, left: int, top: int, right: int, bottom: int) -> "Picture":
        """So many pixels cut away at each side."""
        height, width = self.pixels.shape[:2]
        shift = np.array([(1, 0, -left), (0, 1, -top), (0, 0, 1.0)])
        return Picture(
            np.ascontiguousarray(self.pixels[top : height - bottom, left : width - right]), shift @ self.to_pixels
        )


def warped(picture: Picture, matrix: Homography, size: tuple[int, int], ground: Pixels) -> Picture:
    """The sheet moved by a homography of its pixels and laid on `ground` (size is width, height)."""
    half = np.array([(1, 0, 0.5), (0, 1, 0.5), (0, 0, 1.0)])
    centred = np.linalg.inv(half) @ matrix @ half
    shrink = np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    source = cv2.GaussianBlur(picture.pixels, (0, 0), 0.45 / shrink) if shrink < 0.8 else picture.pixels
    seen: Any = cv2.warpPerspective(source, centred, size, flags=cv2.INTER_LINEAR)
    inside: Any = cv2.warpPerspective(np.full(source.shape[:2], 255, np.uint8), centred, size, flags=cv2.INTER_LINEAR)
    laid: Any = cv2.copyTo(seen, inside, ground.copy())
    edge = (inside > 0) & (inside < 255)  # nowhere else is anything to mix
    share = inside[edge].astype(np.float32)[:, None] / 255
    laid[edge] = (seen[edge] * share + ground[edge] * (1 - share)).astype(np.uint8)
    return Picture(laid, matrix @ picture.to_pixels)


def flatbed(sheet: Picture, rng: Random) -> Picture:
    """A scanner's page: turned by any angle now and then, askew by a few degrees, a lid or dark borders round it."""
    height, width = sheet.pixels.shape[:2]
    degrees = rng.normal(0, 1.5) + float(rng.choice([0, 90, 180, 270], p=[0.55, 0.15, 0.15, 0.15]))
    if rng.random() < 0.2:
        degrees = rng.uniform(0, 360)
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    border = rng.uniform(0, 0.05) * width
    size = (
        round(width * abs(cos) + height * abs(sin) + border),
        round(width * abs(sin) + height * abs(cos) + border),
    )
    to_middle = np.array([(1, 0, -width / 2), (0, 1, -height / 2), (0, 0, 1.0)])
    turn = np.array([(cos, -sin, size[0] / 2), (sin, cos, size[1] / 2), (0, 0, 1.0)])
    lid = int(rng.choice([255, 245, 225, 128, 40, 8]))
    moved = warped(sheet, turn @ to_middle, size, np.full((size[1], size[0], 3), lid, np.uint8))
    return _developed(moved, rng, noise=rng.uniform(0, 5), blur=rng.uniform(0, 0.7))


def phone(sheet: Picture, rng: Random) -> Picture:
    """A photo: any roll, up to 30° from the side, on a desk, in uneven light with a shadow."""
    height, width = sheet.pixels.shape[:2]
    long_side = int(rng.uniform(1500, 3600))
    size = (round(long_side * 0.75), long_side) if rng.random() < 0.7 else (long_side, round(long_side * 0.75))
    matrix = _view(rng, (width, height), size)
    seen = warped(sheet, matrix, size, _desk(rng, size))
    light = _light(rng, size)
    lit = replace(seen, pixels=np.clip(seen.pixels * light, 0, 255).astype(np.uint8))
    return _developed(lit, rng, noise=rng.uniform(1, 7), blur=rng.uniform(0.3, 1.2) * long_side / 2600)


def _view(rng: Random, sheet: tuple[int, int], size: tuple[int, int]) -> Homography:
    """A pinhole camera's map from the sheet's pixels to the picture's; all of the sheet is in the picture."""
    tilt, towards = np.radians(rng.uniform(0, 30)), rng.uniform(0, 2 * np.pi)
    roll = np.radians(float(rng.choice([0, 90, 180, 270], p=[0.6, 0.15, 0.1, 0.15])) + rng.normal(0, 6))
    if rng.random() < 0.2:
        roll = rng.uniform(0, 2 * np.pi)
    axis = np.array([np.cos(towards), np.sin(towards), 0]) * tilt
    rotation: Any = cv2.Rodrigues(np.array([0, 0, roll]))[0] @ cv2.Rodrigues(axis)[0]
    flat = np.column_stack([rotation[:, 0], rotation[:, 1], np.array([0, 0, rng.uniform(1.1, 1.8) * max(sheet)])])
    centre = np.array([(1, 0, -sheet[0] / 2), (0, 1, -sheet[1] / 2), (0, 0, 1.0)])
    seen: Homography = flat @ centre
    corners = np.array([(0, 0, 1), (sheet[0], 0, 1), (sheet[0], sheet[1], 1), (0, sheet[1], 1.0)]) @ seen.T
    corners = corners[:, :2] / corners[:, 2:]
    low, extent = corners.min(axis=0), np.ptp(corners, axis=0)
    scale = float((np.array(size) / extent).min() * rng.uniform(0.78, 0.97))
    room = np.array(size) - extent * scale
    left, top = room * rng.uniform(0.2, 0.8, 2)
    fit = np.array([(scale, 0, left - low[0] * scale), (0, scale, top - low[1] * scale), (0, 0, 1.0)])
    return cast("Homography", fit @ seen)


def _desk(rng: Random, size: tuple[int, int]) -> Pixels:
    """Wood, cloth, a dark or a white desk."""
    colour = np.array([(35, 33, 32), (120, 84, 52), (150, 150, 148), (228, 226, 220), (60, 78, 70)][rng.integers(5)])
    grain = rng.normal(0, 1, (max(2, size[1] // 90), max(2, size[0] // 6))).astype(np.float32)
    texture = cv2.resize(grain, size, interpolation=cv2.INTER_CUBIC)[:, :, None] * rng.uniform(2, 14)
    return cast("Pixels", np.clip(colour + texture, 0, 255).astype(np.uint8))


def _light(rng: Random, size: tuple[int, int]) -> Light:
    """How bright each pixel is lit, by channel: falling off, a shadow's edge, a colour cast."""
    down, across = np.mgrid[0:1:160j, 0:1:160j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 - rng.uniform(0, 0.5) * ((across - 0.5) * np.cos(angle) + (down - 0.5) * np.sin(angle) + 0.5)
    if rng.random() < 0.6:
        angle = rng.uniform(0, 2 * np.pi)
        edge = (across - rng.uniform(0.2, 0.8)) * np.cos(angle) + (down - rng.uniform(0.2, 0.8)) * np.sin(angle)
        softness = rng.uniform(0.008, 0.12)
        light *= 1 - rng.uniform(0.15, 0.5) / (1 + np.exp(-edge / softness))
    light *= rng.uniform(0.75, 1.1) / float(light.max())
    cast_of_light = 1 + rng.normal(0, 0.05, 3)
    large = cv2.resize(light, size, interpolation=cv2.INTER_CUBIC)
    return cast("Light", (large[:, :, None] * cast_of_light).astype(np.float32))


def _developed(picture: Picture, rng: Random, *, noise: float, blur: float) -> Picture:
    """Lens blur, motion, gamma and noise."""
    pixels: Any = picture.pixels
    if blur > 0.2:
        pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
    if rng.random() < 0.25:
        length = int(rng.integers(2, max(3, picture.pixels.shape[0] // 700) + 1))
        pixels = cv2.blur(pixels, (length, 1) if rng.random() < 0.5 else (1, length))
    gamma = rng.uniform(0.8, 1.3)
    table = (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    pixels = cv2.LUT(pixels, table)
    if noise > 0.5:
        grain = np.empty(pixels.shape, np.int8)
        cv2.setRNGSeed(int(rng.integers(1 << 30)))
        cv2.randn(grain, np.zeros(3), np.full(3, noise))
        pixels = cv2.add(pixels, grain, dtype=cv2.CV_8U)
    return replace(picture, pixels=pixels)


def folded(sheet: Picture, rng: Random) -> Picture:
    """A crease across the paper: a thin dark and light line, one side a little darker than the other."""
    height, width = sheet.pixels.shape[:2]
    angle = float(rng.choice([0, np.pi / 2])) + rng.normal(0, 0.03)
    down, across = np.mgrid[0:1188, 0:840].astype(np.float32) / 4  # mm
    middle = (rng.uniform(0.2, 0.8) * 210, rng.uniform(0.2, 0.8) * 297)
    distance = (across - middle[0]) * np.cos(angle) + (down - middle[1]) * np.sin(angle)
    light = 1 - rng.uniform(0, 0.06) * (distance > 0)
    light -= rng.uniform(0.04, 0.16) * np.exp(-((distance / rng.uniform(0.3, 0.8)) ** 2))
    fall = (cv2.resize(light, (width, height)) * 255).clip(0, 255).astype(np.uint8)
    pixels: Any = cv2.multiply(sheet.pixels, cv2.merge([fall, fall, fall]), scale=1 / 255)
    return replace(sheet, pixels=pixels)


def jpeg(pixels: Pixels, quality: int, dpi: float | None = None) -> bytes:
    """The picture as a JPEG file."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, **({"dpi": (dpi, dpi)} if dpi else {}))
    return buffer.getvalue()
