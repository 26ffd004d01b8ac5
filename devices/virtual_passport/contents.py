"""The files of a made-up travel document (Doc 9303 part 10)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from asn1crypto import core
from PIL import Image

from devices.travel_document import files, tlv
from devices.travel_document.data_groups import NUMBERS
from devices.travel_document.pace import PaceInfo, SecurityInfos
from devices.virtual_passport.issuer import Issuer

PictureFormat = Literal["JPEG", "JPEG2000"]
FILES = {1: files.DG1, 2: files.DG2, 11: files.DG11}
TAGS = {number: tag for tag, number in NUMBERS.items()}


@dataclass(frozen=True)
class Holder:
    """Whose document it is: the lines of the MRZ, the portrait as a JPEG, what DG11 tells."""

    mrz: tuple[str, ...]
    photo: bytes
    national_name: str = ""
    personal_number: str = ""


def personalise(holder: Holder, issuer: Issuer | None, picture: PictureFormat = "JPEG2000") -> dict[int, bytes]:
    """The files by identifier; without an issuer there is no EF.SOD."""
    groups = {1: _dg1(holder), 2: _dg2(holder.photo, picture)}
    if holder.national_name or holder.personal_number:
        groups[11] = _dg11(holder)
    content = {FILES[number]: file for number, file in groups.items()}
    content[files.COM] = tlv.encode(
        0x60,
        tlv.encode(0x5F01, b"0107"),
        tlv.encode(0x5F36, b"040000"),
        tlv.encode(0x5C, bytes(TAGS[number] for number in sorted(groups))),
    )
    if issuer is not None:
        content[files.SOD] = issuer.sign(groups)
    return content


def card_access(offers: Sequence[PaceInfo]) -> bytes:
    """EF.CardAccess of the ways in by PACE."""
    infos = [
        {"protocol": info.protocol, "required": core.Integer(2), "optional": core.Integer(info.parameters)}
        for info in offers
    ]
    content: bytes = SecurityInfos(infos).dump()
    return content


def _dg1(holder: Holder) -> bytes:
    return tlv.encode(0x61, tlv.encode(0x5F1F, "".join(holder.mrz).encode("ascii")))


def _dg2(photo: bytes, picture: PictureFormat) -> bytes:
    with Image.open(io.BytesIO(photo)) as opened:
        width, height = opened.size
        out = io.BytesIO()
        opened.convert("RGB").save(out, picture)
    image = out.getvalue()
    kind = 0 if picture == "JPEG" else 1
    information = bytes([1, kind]) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes([1, 2, 0, 0, 0, 0])
    face = (20 + len(information) + len(image)).to_bytes(4, "big") + bytes(16) + information + image
    record = b"FAC\x00010\x00" + (14 + len(face)).to_bytes(4, "big") + b"\x00\x01" + face
    description = tlv.encode(
        0xA1,
        tlv.encode(0x80, b"\x01\x01"),
        tlv.encode(0x81, b"\x02"),
        tlv.encode(0x87, b"\x01\x01"),
        tlv.encode(0x88, b"\x00\x08"),
    )
    template = tlv.encode(0x7F60, description, tlv.encode(0x5F2E, record))
    return tlv.encode(0x75, tlv.encode(0x7F61, tlv.encode(0x02, b"\x01"), template))


def _dg11(holder: Holder) -> bytes:
    fields = {0x5F0E: holder.national_name, 0x5F10: holder.personal_number}
    filled = {tag: value.replace(" ", "<").encode() for tag, value in fields.items() if value}
    tags = b"".join(tag.to_bytes(2, "big") for tag in filled)
    return tlv.encode(0x6B, tlv.encode(0x5C, tags), *(tlv.encode(tag, value) for tag, value in filled.items()))
