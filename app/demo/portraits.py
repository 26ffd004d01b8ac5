"""Drawn portraits for demo people, in the size of an ID photo; nobody's face."""

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (358, 441)
"""Pixels of an ID photo at 350 dpi (26 × 32 mm)."""
SCALE = 2
"""Drawn this much larger, then brought down, so that edges are smooth."""
QUALITY = 82

MIDDLE = SIZE[0] / 2
EYES = 206.0
"""Height of the eyes; all of the face hangs from there."""
ZOOM = 1.1
"""Brings the face to the size an ID photo asks for."""

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

SKINS: tuple[Colour, ...] = ((250, 224, 200), (246, 214, 186), (240, 204, 172), (231, 191, 158), (221, 178, 144))
HAIRS: tuple[Colour, ...] = ((30, 27, 28), (40, 33, 31), (52, 41, 36), (66, 52, 45), (92, 92, 96))
COATS: tuple[Colour, ...] = ((38, 50, 74), (54, 60, 68), (74, 84, 100), (88, 56, 62), (52, 78, 82), (96, 92, 84))
SHIRTS: tuple[Colour, ...] = ((252, 252, 252), (226, 236, 248), (244, 238, 226), (232, 240, 234))
TIES: tuple[Colour, ...] = ((120, 36, 44), (36, 62, 110), (60, 70, 80), (92, 70, 40))
BACKGROUNDS: tuple[Colour, ...] = ((255, 255, 255), (238, 245, 252), (220, 235, 249), (202, 225, 246))


@dataclass(frozen=True, slots=True)
class Face:
    """What differs from one face to the next; lengths in pixels of the finished picture."""

    skin: Colour
    hair: Colour
    coat: Colour
    shirt: Colour
    tie: Colour
    background: Colour
    width: float
    height: float
    eye_gap: float
    brow_lift: float
    smile: float
    style: int
    glasses: bool
    is_woman: bool


def portrait(seed: int, sex: str) -> bytes:
    """A JPEG of SIZE, always the same for a seed and a GB/T 2261.1 sex code."""
    face = _face(Random(f"{seed}|{sex}"), is_woman=sex == "2")  # noqa: S311 - a repeatable drawing, no secret
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), face.background)
    pen = Pen(image)
    _back_hair(pen, face)
    _body(pen, face)
    _head(pen, face)
    _features(pen, face)
    _front_hair(pen, face)
    if face.glasses:
        _glasses(pen, face)
    small = image.resize(SIZE, Image.Resampling.BOX).filter(ImageFilter.SMOOTH)
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=QUALITY, dpi=(350, 350))
    return stream.getvalue()


class Pen:
    """Draws on the large canvas in pixels of the finished picture, before the zoom."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self._draw.ellipse(_box((x - rx, y - ry, x + rx, y + ry)), fill=fill)

    def ring(self, box: Box, radius: float, colour: Colour, width: float) -> None:
        self._draw.rounded_rectangle(
            _box(box), radius=radius * ZOOM * SCALE, outline=colour, width=round(width * ZOOM * SCALE)
        )

    def arc(self, box: Box, start: float, end: float, colour: Colour, width: float) -> None:
        self._draw.arc(_box(box), start, end, fill=colour, width=round(width * ZOOM * SCALE))

    def chord(self, box: Box, start: float, end: float, fill: Colour) -> None:
        self._draw.chord(_box(box), start, end, fill=fill)

    def polygon(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([_at(x, y) for x, y in points], fill=fill)

    def rounded(self, box: Box, radius: float, fill: Colour) -> None:
        self._draw.rounded_rectangle(_box(box), radius=radius * ZOOM * SCALE, fill=fill)


def _at(x: float, y: float) -> tuple[float, float]:
    """Where a point lands on the large canvas, after the zoom about the middle of the lower edge."""
    return (MIDDLE + (x - MIDDLE) * ZOOM) * SCALE, (SIZE[1] + (y - SIZE[1]) * ZOOM) * SCALE


def _box(box: Box) -> Box:
    return *_at(*box[:2]), *_at(*box[2:])


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue


def _face(draw: Random, *, is_woman: bool) -> Face:
    return Face(
        skin=draw.choice(SKINS[:4] if is_woman else SKINS),
        hair=draw.choices(HAIRS, (5, 5, 4, 2, 1))[0],
        coat=draw.choice(COATS),
        shirt=draw.choice(SHIRTS),
        tie=draw.choice(TIES),
        background=draw.choice(BACKGROUNDS),
        width=draw.uniform(68, 76) if is_woman else draw.uniform(72, 82),
        height=draw.uniform(92, 100) if is_woman else draw.uniform(95, 104),
        eye_gap=draw.uniform(30, 35),
        brow_lift=draw.uniform(-2, 3),
        smile=draw.uniform(4, 11),
        style=draw.randrange(4),
        glasses=draw.random() < 0.3,
        is_woman=is_woman,
    )


def _back_hair(pen: Pen, face: Face) -> None:
    """Hair that falls behind the neck: long, shoulder-length or none."""
    if not face.is_woman or face.style == 3:
        return
    bottom = (372, 318, 296)[face.style]
    spread = face.width + (16, 17, 13)[face.style]
    pen.ellipse(MIDDLE, EYES - 6, spread - 2, 106, face.hair)
    pen.rounded((MIDDLE - spread, EYES - 30, MIDDLE + spread, bottom), 40, face.hair)


def _body(pen: Pen, face: Face) -> None:
    neck = 31 if face.is_woman else 38
    shoulder = 138 if face.is_woman else 158
    pen.rounded((MIDDLE - shoulder, 350, MIDDLE + shoulder, 560), 74, face.coat)
    pen.polygon([(MIDDLE - 92, 366), (MIDDLE - neck, 330), (MIDDLE + neck, 330), (MIDDLE + 92, 366)], face.coat)
    pen.polygon(
        [(MIDDLE - 56, 350), (MIDDLE, 452), (MIDDLE + 56, 350), (MIDDLE + 24, 330), (MIDDLE - 24, 330)], face.shirt
    )
    pen.rounded((MIDDLE - neck, 262, MIDDLE + neck, 358), 24, _shade(face.skin, 0.93))
    pen.ellipse(MIDDLE, 352, neck, 24, _shade(face.skin, 0.93))
    for side in (-1, 1):
        _collar(pen, face, side)
    if not face.is_woman:
        pen.polygon([(MIDDLE - 10, 374), (MIDDLE + 10, 374), (MIDDLE + 15, 441), (MIDDLE - 15, 441)], face.tie)
        pen.polygon(
            [(MIDDLE - 13, 370), (MIDDLE + 13, 370), (MIDDLE + 8, 388), (MIDDLE - 8, 388)], _shade(face.tie, 0.8)
        )


def _collar(pen: Pen, face: Face, side: int) -> None:
    def at(x: float, y: float) -> tuple[float, float]:
        return MIDDLE + side * x, y

    pen.polygon([at(34, 334), at(0, 376), at(26, 398), at(52, 350)], _shade(face.shirt, 0.94))
    pen.polygon([at(48, 336), at(86, 356), at(64, 404), at(0, 470), at(0, 441)], _shade(face.coat, 0.82))


def _head(pen: Pen, face: Face) -> None:
    for side in (-1, 1):
        pen.ellipse(MIDDLE + side * (face.width - 1), EYES + 10, 11, 19, _shade(face.skin, 0.92))
    pen.ellipse(MIDDLE, EYES - 8, face.width, face.height * 0.86, face.skin)
    jaw = face.width * (0.82 if face.is_woman else 0.9)
    pen.ellipse(MIDDLE, EYES + 22, jaw, face.height * 0.84, face.skin)


def _features(pen: Pen, face: Face) -> None:
    dark = _shade(face.hair, 0.9)
    shadow = _shade(face.skin, 0.84)
    for side in (-1, 1):
        x = MIDDLE + side * face.eye_gap
        pen.ellipse(x, EYES, 12.5, 7.2, (252, 252, 250))
        pen.ellipse(x, EYES, 6.6, 6.8, (46, 34, 30))
        pen.ellipse(x + 2, EYES - 2.4, 1.8, 1.8, (250, 250, 250))
        pen.arc((x - 14, EYES - 9, x + 14, EYES + 13), 195, 345, dark, 3.2 if face.is_woman else 2.4)
        brow = EYES - 21 - face.brow_lift
        pen.arc((x - 18, brow - 5, x + 18, brow + 21), 215, 325, dark, 3.4 if face.is_woman else 5.2)
        pen.ellipse(MIDDLE + side * (face.eye_gap + 13), EYES + 34, 12, 8, _blush(face.skin))
    pen.arc((MIDDLE - 11, EYES + 22, MIDDLE + 11, EYES + 40), 25, 155, shadow, 3.2)
    lips = (198, 98, 96) if face.is_woman else _lip(face.skin)
    mouth = EYES + 58
    pen.chord((MIDDLE - 22, mouth - face.smile, MIDDLE + 22, mouth + face.smile), 0, 180, lips)
    pen.arc((MIDDLE - 23, mouth - face.smile, MIDDLE + 23, mouth + face.smile), 8, 172, _shade(lips, 0.8), 2.2)


def _lip(skin: Colour) -> Colour:
    red, green, blue = skin
    return round(red * 0.82), round(green * 0.62), round(blue * 0.62)


def _blush(skin: Colour) -> Colour:
    red, green, blue = skin
    return red, round(green * 0.94), round(blue * 0.93)


def _front_hair(pen: Pen, face: Face) -> None:
    if face.is_woman:
        _womans_front(pen, face)
        return
    top, width = EYES - 8 - face.height * 0.86, face.width
    line = (202, 206, 210, 197)[face.style]
    pen.chord((MIDDLE - width - 3, top - 14, MIDDLE + width + 3, EYES + 84), line, 540 - line, face.hair)
    for side in (-1, 1):
        _sideburn(pen, face, side, reach=-2)
    if face.style in {1, 2}:
        side = 1 if face.style == 1 else -1
        pen.ellipse(MIDDLE + side * 16, top + 10, width * 0.7, 22, face.hair)


def _womans_front(pen: Pen, face: Face) -> None:
    """A parting off the middle, so that the forehead shows; a bun stands on top of the fourth style."""
    top, width = EYES - 8 - face.height * 0.86, face.width
    if face.style == 3:
        pen.ellipse(MIDDLE, top - 16, 29, 24, face.hair)
    part = MIDDLE + (22, -24, 14, -16)[face.style]
    pen.chord((MIDDLE - width - 4, top - 13, MIDDLE + width + 4, EYES + 96), 214, 326, face.hair)
    for side in (-1, 1):
        edge = MIDDLE + side * (width + 3)
        pen.polygon(
            [
                (part, top + 2),
                (MIDDLE + side * width * 0.7, top + 14),
                (edge, EYES - 44),
                (edge, EYES - 22),
                (part, EYES - 62),
            ],
            face.hair,
        )
        _sideburn(pen, face, side, reach=4 if face.style == 3 else 26)


def _sideburn(pen: Pen, face: Face, side: int, reach: float) -> None:
    """Hair before an ear, down to `reach` below the eyes."""

    def at(x: float, y: float) -> tuple[float, float]:
        return MIDDLE + side * (face.width + x), EYES + y

    pen.polygon([at(-16, -62), at(-2, -56), at(3, -34), at(2, reach - 6), at(-3, reach), at(-8, -26)], face.hair)


def _glasses(pen: Pen, face: Face) -> None:
    frame = (58, 60, 66)
    for side in (-1, 1):
        x = MIDDLE + side * face.eye_gap
        pen.ring((x - 24, EYES - 16, x + 24, EYES + 18), 13.6, frame, 2.6)
        pen.polygon(
            [
                (x + side * 24, EYES - 3),
                (MIDDLE + side * face.width, EYES - 6),
                (MIDDLE + side * face.width, EYES - 3),
                (x + side * 24, EYES),
            ],
            frame,
        )
    pen.arc((MIDDLE - 9, EYES - 5, MIDDLE + 9, EYES + 7), 200, 340, frame, 2.6)
