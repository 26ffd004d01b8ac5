"""What stands in the files of a travel document (Doc 9303 part 10): the MRZ, the portrait, further details."""

import io
from dataclasses import dataclass
from datetime import date

from PIL import Image

from devices import mrz
from devices.mrz import Mrz
from devices.mrz_layouts import LAYOUTS
from devices.travel_document import tlv
from devices.travel_document.errors import DocumentError

NUMBERS = {
    0x61: 1, 0x75: 2, 0x63: 3, 0x76: 4, 0x65: 5, 0x66: 6, 0x67: 7, 0x68: 8,
    0x69: 9, 0x6A: 10, 0x6B: 11, 0x6C: 12, 0x6D: 13, 0x6E: 14, 0x6F: 15, 0x70: 16,
}  # fmt: skip
"""The data group that a tag of EF.COM names."""
LARGEST_SIDE = 4000
JPEG_QUALITY = 92
SIGNATURES = (b"\xff\xd8\xff", b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")
"""How a JPEG, a JPEG 2000 file and a bare JPEG 2000 codestream begin."""


@dataclass(frozen=True)
class Details:
    """DG11: the holder's name in national characters, the personal number, the address."""

    name: str = ""
    personal_number: str = ""
    address: str = ""


def present(com: bytes) -> set[int]:
    """The data groups that EF.COM lists. Raises DocumentError (`bad_data`)."""
    return {NUMBERS[tag] for tag in tlv.need(com, 0x60, 0x5C) if tag in NUMBERS}


def read_mrz(dg1: bytes, today: date) -> Mrz:
    """DG1. Raises DocumentError (`bad_data`), with what is wrong in the zone as its detail."""
    raw = tlv.need(dg1, 0x61, 0x5F1F)
    try:
        text = raw.decode("ascii")
        return mrz.parse(_cut(text), today)
    except (mrz.MrzError, UnicodeDecodeError) as error:
        raise DocumentError("bad_data", f"DG1: {getattr(error, 'code', 'no ASCII')}") from None


def _cut(text: str) -> str:
    """A zone without line breaks; the permits' may be shorter than the 90 of a card's three lines."""
    whole = "".join(text.split())
    longest = max(layout.lines * layout.width for layout in LAYOUTS)
    return whole[:longest]


def portrait(dg2: bytes) -> bytes:
    """The portrait of DG2 as a JPEG, whether it was JPEG or JPEG 2000. Raises DocumentError (`bad_data`)."""
    # An emulator in use leaves out the outermost tag.
    template = tlv.need(tlv.find(dg2, 0x75) or dg2, 0x7F61, 0x7F60)
    block = tlv.find(template, 0x5F2E) or tlv.find(template, 0x7F2E)
    if block is None:
        raise DocumentError("bad_data", "DG2 without a picture")
    found = [position for signature in SIGNATURES if (position := block.find(signature)) >= 0]
    if not found:
        raise DocumentError("bad_data", "DG2: neither JPEG nor JPEG 2000")
    return _as_jpeg(block[min(found) :])


def _as_jpeg(picture: bytes) -> bytes:
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "JPEG2000")) as opened:
            if max(opened.size) > LARGEST_SIDE:
                raise DocumentError("bad_data", f"picture of {opened.size[0]}×{opened.size[1]}")
            opened.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DocumentError("bad_data", f"DG2: {type(error).__name__}") from None
    return out.getvalue()


def details(dg11: bytes) -> Details:
    """DG11. Raises DocumentError (`bad_data`)."""
    fields = {tag: value for tag, value in tlv.nodes(tlv.need(dg11, 0x6B)) if tag != 0x5C}
    return Details(
        name=_words(fields.get(0x5F0E, b"")),
        personal_number=_text(fields.get(0x5F10, b"")).replace("<", ""),
        address=_words(fields.get(0x5F42, b"")),
    )


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace").strip()


def _words(value: bytes) -> str:
    return " ".join(_text(value).replace("<", " ").split())
