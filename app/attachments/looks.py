"""What a picture looks like, as perceptual hashes: nearly identical pictures are found through an index.

The hash is that of Zauner, “Implementation and benchmarking of perceptual image hash functions” (2010), section 3.2: the
signs, against their median, of the lowest frequencies of a small grey copy.
"""

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.models import Attachment

SIDE = 64
COARSE, FINE = 8, 16
BANDS = ("look_0", "look_1", "look_2", "look_3")
NEAR_BITS = 20
"""Of 256; a picture saved anew, smaller or coarser, differs in some, another certificate on the same form in more."""
MOST_CANDIDATES = 200
"""A band shared by more pictures than this tells nothing."""


def looks_of(content: bytes) -> dict[str, int | bytes]:
    """The columns of an attachment that hold its looks."""
    with Image.open(BytesIO(content)) as picture:
        grey = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    waves: NDArray[np.float32] = np.asarray(cv2.dct(np.asarray(grey, dtype=np.float32)), dtype=np.float32)
    bands = np.frombuffer(_signs(waves, COARSE), dtype=">u2")
    columns: dict[str, int | bytes] = {name: int(band) for name, band in zip(BANDS, bands, strict=True)}
    columns["fine_look"] = _signs(waves, FINE)
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
    return [other for bits, other in sorted(found, key=lambda pair: pair[0]) if bits <= NEAR_BITS]


def apart(one: bytes, other: bytes) -> int:
    """In how many of 256 bits two looks differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _signs(waves: NDArray[np.float32], side: int) -> bytes:
    """A bit for each of the lowest frequencies; the very first, the brightness, says nothing and counts as the median."""
    low = waves[:side, :side].ravel().copy()
    median = np.median(low[1:])
    low[0] = median
    packed: NDArray[np.uint8] = np.packbits(low > median)
    return packed.tobytes()
