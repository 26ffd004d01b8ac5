"""Virtual resident cards: the text block written as a chip holds it, and a card that hands it over as a reader does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from devices.resident_card import BLOCK_BYTES

ATR = bytes.fromhex("3B8F8001804F0CA00000030607FFB00000000020")
"""An ID card on a reader of the FF B0 make."""
BARE_CHIP_ATR = bytes.fromhex("3B888001D10386050080800058")
PICTURE_CHUNK = 256
BLANK = " ".encode("utf-16-le")
OK, WRONG_P1P2, UNKNOWN_INSTRUCTION, UNKNOWN_CLASS = b"\x90\x00", b"\x6a\x86", b"\x6d\x00", b"\x6e\x00"


class ResidentCard:
    """A resident card on a reader with a security module: text, enciphered photo, and the decoded picture."""

    def __init__(self, block: bytes, picture: bytes = b"", photo: bytes = b"", atr: bytes = ATR) -> None:
        self.atr = atr
        self._block = block
        self._photo = photo
        self._chunked = len(picture).to_bytes(4, "big") + picture if picture else b""

    def reset(self) -> None:
        """Nothing is kept between two APDUs."""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer the pseudo-APDUs FF B0 p1 p2 00."""
        if apdu[0] != 0xFF:
            return UNKNOWN_CLASS
        if len(apdu) < 5 or apdu[1] != 0xB0:
            return UNKNOWN_INSTRUCTION
        data = self._part(apdu[2], apdu[3])
        return data + OK if data else WRONG_P1P2

    def _part(self, block: int, chunk: int) -> bytes:
        lengths = bytes.fromhex("01000400")
        if block == 0x10:
            return self._chunked[chunk * PICTURE_CHUNK : (chunk + 1) * PICTURE_CHUNK]
        if block == 0:
            return lengths + self._block
        if not self._photo or block > 5:
            return b""
        whole = lengths + self._photo
        return whole[(block - 1) * 256 : block * 256]


class BareChip:
    """A resident card on a contactless reader without security module: its serial, random bytes, nothing else."""

    atr = BARE_CHIP_ATR

    def __init__(self, serial: bytes) -> None:
        self._serial = serial

    def reset(self) -> None:
        """Nothing is kept between two APDUs."""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer 00 36 00 00 08 with the serial."""
        return self._serial + OK if apdu == bytes.fromhex("0036000008") else UNKNOWN_INSTRUCTION


class OtherCard:
    """A card of another kind, such as a bank's: it powers up and knows nothing of ours."""

    atr = bytes.fromhex("3B951381018073FF01000B")

    def reset(self) -> None:
        """Nothing is kept between two APDUs."""

    def transmit(self, apdu: bytes) -> bytes:
        """Refuse everything."""
        return UNKNOWN_CLASS if apdu[0] == 0xFF else UNKNOWN_INSTRUCTION


def block_of(card: Mapping[str, Any]) -> bytes:
    """The text block of a card given by its fields, keyed as `CardReading`; the layout follows from them.

    Raises:
        ValueError: the document has no such block, or a text is longer than its place.
    """
    match card["document_type"]:
        case "resident_id":
            return _written(_common(card) | {248: (2, " ")})
        case "hmt_residence":
            permit = {220: (18, _text(card, "permit_number")), 238: (4, _text(card, "issues", "01")), 248: (2, "J")}
            return _written(_common(card) | {32: (4, "")} | permit)
        case "foreigner_residence" if str(card["number"]).startswith("9"):
            return _written(_foreigner_2023(card))
        case "foreigner_residence":
            return _written(_foreigner_2017(card))
        case other:
            raise ValueError(f"{other} has no text block")


def _common(card: Mapping[str, Any]) -> dict[int, tuple[int, str]]:
    return {
        0: (30, _text(card, "name")),
        30: (2, _text(card, "sex")),
        32: (4, _text(card, "ethnicity")),
        36: (16, _digits(card.get("birth_date"))),
        52: (70, _text(card, "address")),
        122: (36, _text(card, "number")),
        158: (30, _text(card, "authority")),
        **_validity(card),
    }


def _foreigner_2017(card: Mapping[str, Any]) -> dict[int, tuple[int, str]]:
    return {
        0: (120, _text(card, "name_latin") or _text(card, "name")),
        120: (2, _text(card, "sex")),
        122: (30, _text(card, "number")),
        152: (6, _text(card, "nationality") or str(card["number"])[:3]),
        158: (30, _text(card, "name") if card.get("name_latin") else ""),
        **_validity(card),
        220: (16, _digits(card.get("birth_date"))),
        236: (4, _text(card, "card_version", "01")),
        240: (8, _text(card, "authority_code", "1500")),
        248: (2, "I"),
    }


def _foreigner_2023(card: Mapping[str, Any]) -> dict[int, tuple[int, str]]:
    latin = _text(card, "name_latin").ljust(46)
    return {
        0: (30, _text(card, "name")),
        30: (2, _text(card, "sex")),
        32: (4, _text(card, "renewals", "00")),
        36: (16, _digits(card.get("birth_date"))),
        52: (70, latin[:35]),
        122: (36, _text(card, "number")),
        **_validity(card),
        220: (22, latin[35:]),
        242: (6, _text(card, "nationality")),
        248: (2, "Y"),
        250: (6, _text(card, "former_card", "000")),
    }


def _validity(card: Mapping[str, Any]) -> dict[int, tuple[int, str]]:
    return {188: (16, _digits(card.get("valid_from"))), 204: (16, _digits(card.get("valid_to")) or "长期")}


def _written(places: Mapping[int, tuple[int, str]]) -> bytes:
    block = bytearray(BLANK * (BLOCK_BYTES // 2))
    for offset, (length, text) in places.items():
        encoded = text.encode("utf-16-le")
        if len(encoded) > length:
            raise ValueError(f"the text at {offset} takes {len(encoded)} bytes of {length}")
        block[offset : offset + length] = encoded + BLANK * ((length - len(encoded)) // 2)
    return bytes(block)


def _text(card: Mapping[str, Any], key: str, otherwise: str = "") -> str:
    return str(card.get(key) or otherwise)


def _digits(day: object) -> str:
    """A day, or its ISO text, as YYYYMMDD; empty for None."""
    return day.strftime("%Y%m%d") if isinstance(day, date) else str(day or "").replace("-", "")
