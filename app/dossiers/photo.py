"""The portrait of a file: whatever the clerk gives becomes a JPG in the format of an ID photo."""

import io

from PIL import Image, ImageOps

from app.attachments.decode import decode_picture
from app.errors import UserError
from app.isolation import isolated

WIDTH, HEIGHT = 358, 441
"""Pixels of a 26 × 32 mm portrait at 350 dpi (GA 461-2019)."""
QUALITY = 88
JPEG = b"\xff\xd8\xff"


def card_photo(content: bytes | None) -> bytes | None:
    """The photo that a reader gave, as a JPG; None for none, or for what is no picture: the card counts without it."""
    if not content:
        return None
    try:
        picture = decode_picture(content, "photo")
    except UserError:
        return None
    # A JPG stays as it is, so that reading a card again finds it unchanged.
    return content if content.startswith(JPEG) else _encoded(picture)


@isolated
def id_photo(content: bytes, filename: str) -> bytes:
    """A JPG of 358×441, cut from the middle, without EXIF. Raises UserError for what is no picture."""
    picture = decode_picture(content, filename)
    portrait = ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(0.5, 0.35))
    return _encoded(portrait)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, dpi=(350, 350))
    return out.getvalue()
