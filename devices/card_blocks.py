"""ID-card readers that present themselves through PC/SC: which ATRs they answer with, and where the blocks lie.

No standard describes these pseudo-APDUs; makers do alike with small differences. So a reader is a `BlockProfile`, chosen
by the ATR, and an operator can add the profile of another one (`load_profiles`).
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

TEXT_BYTES, PHOTO_BYTES = 256, 1024
OK = 0x9000
LARGEST_PICTURE = 256 * 1024

Transmit = Callable[[bytes], tuple[bytes, int]]
"""Sends an APDU; gives the data and the status word."""


class ProfileError(ValueError):
    """A file of profiles that cannot be used; the text says why."""


class BlockReadError(Exception):
    """The reader answered something else than the text block."""


@dataclass(frozen=True)
class BlockProfile:
    """One make of reader. Bytes of the ATR where `mask` is 00 do not matter."""

    name: str
    atr: bytes
    mask: bytes
    text: bytes = b"\xff\xb0\x00\x00\x00"
    """Gives `header` bytes and the text block."""
    header: int = 4
    photo: tuple[tuple[bytes, int, int], ...] = (
        (b"\xff\xb0\x01\x00\x00", 4, 252),
        (b"\xff\xb0\x02\x00\x00", 0, 256),
        (b"\xff\xb0\x03\x00\x00", 0, 256),
        (b"\xff\xb0\x04\x00\x00", 0, 256),
        (b"\xff\xb0\x05\x00\x00", 0, 4),
    )
    """The enciphered photo (WLT, 1024 bytes) in parts: the APDU, how many bytes to skip, how many to take."""
    picture: bytes = b""
    """CLA INS P1 of the extension that hands over a decoded picture in chunks numbered by P2, each of at most 256 bytes;
    the first begins with the length (4 bytes, big-endian). Empty: this reader has none."""

    def matches(self, atr: bytes) -> bool:
        """Whether a card with this ATR lies on such a reader."""
        return len(atr) == len(self.atr) and all(
            (got ^ wanted) & kept == 0 for got, wanted, kept in zip(atr, self.atr, self.mask, strict=True)
        )


def _storage_card(name: str, card_name: str, **more: Any) -> BlockProfile:
    """A profile with the ATR of a storage card (PC/SC part 3): only the card's name counts."""
    atr = bytes.fromhex(f"3B8F8001804F0CA00000030600{card_name}0000000000")
    mask = bytes.fromhex("FFFFFFFFFFFFFFFFFFFFFFFF00FFFF0000000000")
    return BlockProfile(name, atr, mask, **more)


PROFILES = (
    _storage_card("FF B0", "FFB0", picture=b"\xff\xb0\x10"),
    _storage_card("90 00", "9000"),
)
"""The two that are publicly known."""


@dataclass(frozen=True)
class Blocks:
    """What a reader handed over: the text block, the enciphered photo, a decoded picture."""

    text: bytes
    photo: bytes = b""
    picture: bytes | None = None


def profile_for(atr: bytes, profiles: Iterable[BlockProfile] = PROFILES) -> BlockProfile | None:
    """The profile of the reader that answers with this ATR."""
    return next((profile for profile in profiles if profile.matches(atr)), None)


def read_blocks(transmit: Transmit, profile: BlockProfile, *, photo: bool = True) -> Blocks:
    """Read the text and, where wanted, a picture or else the enciphered photo. Raises BlockReadError.

    A reader without a photo still gives a reading; what `transmit` raises goes through.
    """
    data, status = transmit(profile.text)
    text = data[profile.header : profile.header + TEXT_BYTES]
    if status != OK or len(text) != TEXT_BYTES:
        raise BlockReadError(f"text block: {len(data)} bytes, status {status:04X}")
    if not photo:
        return Blocks(text)
    picture = _picture(transmit, profile)
    return Blocks(text, b"" if picture else _photo(transmit, profile), picture)


def _picture(transmit: Transmit, profile: BlockProfile) -> bytes | None:
    if not profile.picture:
        return None
    first, status = transmit(profile.picture + b"\x00\x00")
    length = int.from_bytes(first[:4], "big")
    if status != OK or not 0 < length <= LARGEST_PICTURE or len(first) <= 4:
        return None
    content = first[4:]
    for chunk in range(1, 256):
        if len(content) >= length:
            return content[:length]
        data, status = transmit(profile.picture + bytes([chunk, 0]))
        if status != OK or not data:
            return None
        content += data
    return None


def _photo(transmit: Transmit, profile: BlockProfile) -> bytes:
    content = b""
    for apdu, skip, take in profile.photo:
        data, status = transmit(apdu)
        if status != OK or len(data) < skip + take:
            return b""
        content += data[skip : skip + take]
    return content if len(content) == PHOTO_BYTES else b""


def load_profiles(path: Path) -> tuple[BlockProfile, ...]:
    """Profiles out of a JSON list, bytes in hexadecimal, before the known ones. Raises ProfileError."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        return (*(_profile(row) for row in rows), *PROFILES)
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProfileError(f"{path}: {type(error).__name__}: {error}") from None


def _profile(row: dict[str, Any]) -> BlockProfile:
    known = {given.name for given in fields(BlockProfile)}
    if unknown := row.keys() - known:
        raise ProfileError(f"unknown keys: {', '.join(sorted(unknown))}")
    values: dict[str, Any] = {"name": str(row["name"]), "atr": bytes.fromhex(row["atr"])}
    values["mask"] = bytes.fromhex(row["mask"]) if "mask" in row else b"\xff" * len(values["atr"])
    if len(values["mask"]) != len(values["atr"]):
        raise ProfileError("atr and mask differ in length")
    values |= {key: bytes.fromhex(row[key]) for key in ("text", "picture") if key in row}
    if "header" in row:
        values["header"] = int(row["header"])
    if "photo" in row:
        values["photo"] = tuple((bytes.fromhex(apdu), int(skip), int(take)) for apdu, skip, take in row["photo"])
    return BlockProfile(**values)
