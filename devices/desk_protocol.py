"""What the agent at a desk and the server say to each other, and the signature that nobody at the desk's screen can make.

The server gives the page a challenge; the page hands it to the agent; the agent signs challenge, moment and reading with
the key that it got when it was paired. Only agent and server know the key: the page in between carries, and can change
nothing. Standard library only.
"""

import base64
import binascii
import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from devices.resident_card import CardReading

PORT = 47110
"""Where the agent listens on the loopback address."""
VERSION = "congye-desk-1"
LONGEST_PAYLOAD = 1 << 20
LONGEST_TEXT = 400
BYTES = ("photo", "raw")
DAYS = ("birth_date", "valid_from", "valid_to")


class ProtocolError(ValueError):
    """An answer that is none."""


@dataclass(frozen=True)
class SignedReading:
    """An agent's answer. `payload` is the reading as JSON, as it was signed; `moment` counts seconds since 1970."""

    desk: str
    challenge: str
    moment: int
    payload: str = dataclasses.field(repr=False)
    signature: str = dataclasses.field(repr=False)

    @classmethod
    def parse(cls, answer: Mapping[str, Any]) -> "SignedReading":
        """An answer that came through the page. Raises ProtocolError."""
        texts = {name: answer.get(name) for name in ("desk", "challenge", "payload", "signature")}
        moment = answer.get("moment")
        if not all(isinstance(text, str) for text in texts.values()) or not isinstance(moment, int):
            raise ProtocolError("a field is missing")
        if len(str(texts["payload"])) > LONGEST_PAYLOAD:
            raise ProtocolError("too long")
        return cls(moment=moment, **{name: str(text) for name, text in texts.items()})

    def fits(self, key: bytes) -> bool:
        """Whether the signature was made with this key over what stands here."""
        made = sign(key, self.challenge, self.moment, self.payload)
        return hmac.compare_digest(made.encode(), self.signature.encode("utf-8", "replace"))


def sign(key: bytes, challenge: str, moment: int, payload: str) -> str:
    """The signature over a challenge, a moment and a reading: HMAC-SHA256 in hexadecimal."""
    parts = (VERSION, challenge, str(moment), payload)
    # Each part after its length, so that no two messages look the same.
    message = b"".join(f"{len(part.encode())}:".encode() + part.encode() for part in parts)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def encode(reading: CardReading) -> str:
    """A reading as JSON."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(reading):
        value = getattr(reading, field.name)
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        elif isinstance(value, date):
            value = value.isoformat()
        values[field.name] = value
    return json.dumps(values, ensure_ascii=False)


def decode(payload: str) -> CardReading:
    """The reading in a payload. Raises ProtocolError."""
    try:
        values = json.loads(payload)
        if not isinstance(values, dict):
            raise ProtocolError("no object")
        names = {field.name for field in dataclasses.fields(CardReading)}
        return CardReading(**{name: _value(name, value) for name, value in values.items() if name in names})
    except (ValueError, TypeError, RecursionError) as error:
        raise ProtocolError(type(error).__name__) from None


def _value(name: str, value: Any) -> Any:
    if name == "warnings":
        if not isinstance(value, list) or len(value) > 20:
            raise ProtocolError(name)
        return tuple(_text(name, item) for item in value)
    if name in BYTES:
        try:
            return None if value is None else base64.b64decode(str(value), validate=True)
        except binascii.Error:
            raise ProtocolError(name) from None
    if name in DAYS:
        return None if value is None else date.fromisoformat(str(value))
    return _text(name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ProtocolError(name)
    return value
