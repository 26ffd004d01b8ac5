"""Printed files: the code on the page, signed so that anybody with the installation's public key can check it.

The code is `CONGYE1.` and two parts in base64url: a JSON object (name, number, days, records by category, digest of the
text) and its Ed25519 signature (RFC 8032). `docs/prints.md` shows how to check one without this program.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import UserError
from app.locale import _
from data.keys import Keyring

PREFIX = "CONGYE1"
DIGEST_BYTES = 16


@dataclass(frozen=True)
class Print:
    """What the code says of the page it stands on."""

    name: str
    number: str
    printed: str
    """Day and time of printing, ISO 8601."""
    on: str
    """The day whose file it is."""
    records: dict[str, int]
    """How many records of each category are printed."""
    text: str
    """Digest of the printed text (`text_digest`)."""


def text_digest(text: str) -> str:
    """The first 16 bytes of SHA-256, in hex, of a text without its white space."""
    return hashlib.sha256("".join(text.split()).encode()).digest()[:DIGEST_BYTES].hex()


def signing_key(keyring: Keyring) -> Ed25519PrivateKey:
    """The installation's key for prints, derived from the keyring so that a backup of it holds this one too."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(keyring.tokens, b"congye print ed25519", "sha256"))


def public_key(keyring: Keyring) -> str:
    """The key that anybody may have: 32 bytes in base64url."""
    return _encode(signing_key(keyring).public_key().public_bytes_raw())


def code(of: Print, keyring: Keyring) -> str:
    """The text of the QR code."""
    body = json.dumps(asdict(of), ensure_ascii=False, separators=(",", ":")).encode()
    return ".".join((PREFIX, _encode(body), _encode(signing_key(keyring).sign(body))))


def checked(text: str, key: str) -> Print:
    """What a code says, if it was signed with the private half of `key`. Raises UserError (`print`, `key`)."""
    try:
        public = Ed25519PublicKey.from_public_bytes(_decode(key))
    except ValueError:
        raise UserError("key", _("公钥应为 43 位字母数字（base64url）")) from None
    try:
        body, signature = text.strip().removeprefix(f"{PREFIX}.").split(".")
        public.verify(_decode(signature), _decode(body))
        return Print(**json.loads(_decode(body)))
    except (InvalidSignature, ValueError, TypeError):
        raise UserError("print", _("二维码不是用这把密钥签发的，或内容被改动")) from None


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError(text) from None
