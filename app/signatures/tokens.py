"""The number printed in a sheet's QR code: opaque, signed against forgery, without personal data."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "S1"  # the layout's version: a sheet printed by an older release stays readable
ID_BYTES = 16
MAC_BYTES = 12  # with the id 28 bytes: 45 base32 characters, 47 with the prefix, the most a QR 3-Q code holds
_BODY_CHARACTERS = 45


def make_token(sheet_id: bytes, key: bytes) -> str:
    """Sign a sheet's id (16 bytes): 47 characters of QR's alphanumeric set. Raises ValueError on another length."""
    if len(sheet_id) != ID_BYTES:
        raise ValueError(f"a sheet id has {ID_BYTES} bytes, not {len(sheet_id)}")
    return PREFIX + base64.b32encode(sheet_id + _mac(sheet_id, key)).decode().rstrip("=")


def open_token(token: str, key: bytes) -> bytes | None:
    """The sheet id (16 bytes) in a token signed with `key`; None for anything else."""
    if not looks_like_token(token):
        return None
    body = token[len(PREFIX) :]
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    sheet_id, mac = raw[:ID_BYTES], raw[ID_BYTES:]
    if not hmac.compare_digest(mac, _mac(sheet_id, key)):
        return None
    # Base32 leaves spare bits at the end: one id has one spelling only.
    return sheet_id if make_token(sheet_id, key) == token else None


def looks_like_token(text: str) -> bool:
    """Whether a QR code's text has the form of a sheet number, whoever signed it."""
    return len(text) == len(PREFIX) + _BODY_CHARACTERS and text.startswith(PREFIX) and text.isascii()


def _mac(sheet_id: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"congye signature sheet " + PREFIX.encode() + sheet_id, hashlib.sha256).digest()[:MAC_BYTES]
