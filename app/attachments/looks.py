"""What a picture looks like: nearly identical pictures are found through an index, then compared spot by spot.

The hash is that of Zauner, “Implementation and benchmarking of perceptual image hash functions” (2010), section 3.2: the
signs, against their median, of a block of a small grey copy's frequencies. Ours are the middle ones: the lowest are
those of the printed form, which all certificates of a school share.
"""

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from data.models import Attachment

Pixels = NDArray[np.float32]

SIDE = 128
FIRST, WAVES = 8, 16
BANDS = ("look_0", "look_1", "look_2", "look_3")
BAND_BITS = 24
"""Measured on 50 certificates of one form: 985 of 1,000 pictures saved anew share a band, 190 of 1,000 others do too."""
NEAR_BITS = 24
"""Of 256. A picture saved anew, smaller or coarser, differs in up to 14, another one on the same form in 36 on average."""
MOST_CANDIDATES, MOST_COMPARED = 200, 10

COMPARED_SIDE, SPOTS = 640, 20
STROKE, PAPER = 1.2, 12.0
"""Widths (pixels) of the blurs between which ink is seen: finer is noise, coarser is light and shade."""
BLANK = 2.0
SPOTS_THAT_MAY_DIFFER = 3
ALIKE = 0.85
"""Correlation of a spot: 0.99 in a picture saved anew, 0.8 and less where other words stand."""


def looks_of(content: bytes) -> dict[str, int | bytes]:
    """The columns of an attachment that hold its looks."""
    grey = _grey(content, SIDE, Image.Resampling.BOX)
    waves = np.asarray(cv2.dct(grey), dtype=np.float32)[FIRST : FIRST + WAVES, FIRST : FIRST + WAVES]
    fine = np.packbits(waves.ravel() > np.median(waves)).tobytes()
    bits = int.from_bytes(fine)
    columns: dict[str, int | bytes] = {
        name: bits >> (at * BAND_BITS) & ((1 << BAND_BITS) - 1) for at, name in enumerate(BANDS)
    }
    columns["fine_look"] = fine
    return columns


def alike(db: Session, attachment: Attachment) -> list[Attachment]:
    """Attachments of other files with the same or a nearly identical picture, the most alike first."""
    fine = attachment.fine_look
    if fine is None:
        return []
    same_band = or_(*(getattr(Attachment, name) == getattr(attachment, name) for name in BANDS))
    query = (
        select(Attachment)
        .where(same_band, Attachment.dossier_id != attachment.dossier_id)
        .order_by(Attachment.id)
        .limit(MOST_CANDIDATES)
    )
    found = [(apart(fine, other.fine_look), other) for other in db.scalars(query) if other.fine_look is not None]
    near = sorted((pair for pair in found if pair[0] <= NEAR_BITS), key=lambda pair: pair[0])[:MOST_COMPARED]
    contents = _contents(db, [attachment, *(other for _bits, other in near)]) if near else {}
    return [other for _bits, other in near if same_spots(contents[attachment.id], contents[other.id])]


def apart(one: bytes, other: bytes) -> int:
    """In how many of 256 bits two looks differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def same_spots(one: bytes, other: bytes) -> bool:
    """Whether the ink of two pictures is the same all over, but for a few spots."""
    here, there = _spots(_ink(one)), _spots(_ink(other))
    inked = np.maximum(here.mean(1), there.mean(1)) > BLANK
    here, there = (spots[inked] - spots[inked].mean(1, keepdims=True) for spots in (here, there))
    scale = np.sqrt((here**2).sum(1) * (there**2).sum(1))
    unlike = (here * there).sum(1) < ALIKE * scale
    return int(unlike.sum()) <= SPOTS_THAT_MAY_DIFFER


def _contents(db: Session, attachments: list[Attachment]) -> dict[object, bytes]:
    ids = [attachment.id for attachment in attachments]
    query = select(Attachment).where(Attachment.id.in_(ids)).options(undefer(Attachment.content))
    return {found.id: found.content for found in db.scalars(query.execution_options(populate_existing=True))}


def _grey(content: bytes, side: int, how: Image.Resampling) -> Pixels:
    with Image.open(BytesIO(content)) as picture:
        return np.asarray(picture.convert("L").resize((side, side), how), dtype=np.float32)


def _ink(content: bytes) -> Pixels:
    grey = _grey(content, COMPARED_SIDE, Image.Resampling.BILINEAR)
    darker = cv2.GaussianBlur(grey, (0, 0), PAPER) - cv2.GaussianBlur(grey, (0, 0), STROKE)
    return np.asarray(np.clip(darker, 0, None), dtype=np.float32)


def _spots(ink: Pixels) -> Pixels:
    """One row of pixels for each spot of the picture."""
    side = COMPARED_SIDE // SPOTS
    return ink.reshape(SPOTS, side, SPOTS, side).swapaxes(1, 2).reshape(SPOTS * SPOTS, side * side)
