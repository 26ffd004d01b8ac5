"""The ciphers of Doc 9303 part 11: triple DES with the retail MAC, AES with CMAC, and their keys out of a secret."""

import hashlib
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from devices.travel_document.errors import DocumentError

FOR_ENCRYPTION, FOR_MAC, FOR_PASSWORD = 1, 2, 3
"""The counters of the key derivation function."""
MAC_LENGTH = 8


@dataclass(frozen=True)
class Suite:
    """One cipher with its MAC. `key_length` and `block` count bytes."""

    name: Literal["3DES", "AES"]
    key_length: int

    @property
    def block(self) -> int:
        """Bytes in a block, and in the counter of messages."""
        return 8 if self.name == "3DES" else 16

    def derive(self, secret: bytes, counter: int) -> bytes:
        """A key out of a shared secret (KDF, 9.7.1)."""
        hashed = hashlib.sha1 if self.key_length == 16 else hashlib.sha256
        key = hashed(secret + counter.to_bytes(4, "big")).digest()[: self.key_length]
        return _with_parity(key) if self.name == "3DES" else key

    def encrypt(self, key: bytes, text: bytes, counter: bytes | None = None) -> bytes:
        """CBC over whole blocks; the initial vector is zero, or with AES in secure messaging E(key, counter)."""
        encryptor = self._cipher(key, counter).encryptor()
        return encryptor.update(text) + encryptor.finalize()

    def decrypt(self, key: bytes, text: bytes, counter: bytes | None = None) -> bytes:
        """The inverse of `encrypt`. Raises DocumentError (`bad_data`) for what is not whole blocks."""
        if not text or len(text) % self.block:
            raise DocumentError("bad_data", "cryptogram of broken blocks")
        decryptor = self._cipher(key, counter).decryptor()
        return decryptor.update(text) + decryptor.finalize()

    def mac(self, key: bytes, text: bytes) -> bytes:
        """The eight bytes that show that `text` is whole. Triple DES pads it, CMAC has a padding of its own."""
        if self.name == "3DES":
            return _retail_mac(key, self.pad(text))
        cmac = CMAC(AES(key))
        cmac.update(text)
        return cmac.finalize()[:MAC_LENGTH]

    def message_mac(self, key: bytes, text: bytes) -> bytes:
        """The MAC of secure messaging, where the text is padded whatever the cipher (9.8.6)."""
        return self.mac(key, text if self.name == "3DES" else self.pad(text))

    def verify(self, expected: bytes, given: bytes) -> None:
        """Compare two MACs in constant time. Raises DocumentError (`secure_messaging`)."""
        if not compare_digest(expected, given):
            raise DocumentError("secure_messaging", "wrong MAC")

    def pad(self, text: bytes) -> bytes:
        """Padding method 2 of ISO 9797-1 up to whole blocks."""
        padded = text + b"\x80"
        return padded + bytes(-len(padded) % self.block)

    def unpad(self, text: bytes) -> bytes:
        """The inverse of `pad`. Raises DocumentError (`bad_data`)."""
        stripped = text.rstrip(b"\0")
        if not stripped.endswith(b"\x80"):
            raise DocumentError("bad_data", "no padding")
        return stripped[:-1]

    def _cipher(self, key: bytes, counter: bytes | None) -> Cipher[modes.CBC]:
        if self.name == "3DES":
            return Cipher(TripleDES(_three_keys(key)), modes.CBC(bytes(8)))
        vector = bytes(16)
        if counter is not None:
            encryptor = Cipher(AES(key), modes.CBC(bytes(16))).encryptor()
            vector = encryptor.update(counter) + encryptor.finalize()
        return Cipher(AES(key), modes.CBC(vector))


def _with_parity(key: bytes) -> bytes:
    """A DES key as it is published: the last bit of each byte makes the number of ones odd."""
    return bytes(byte & 0xFE | ((byte >> 1).bit_count() + 1) & 1 for byte in key)


def _three_keys(key: bytes) -> bytes:
    return key + key[:8]


def _retail_mac(key: bytes, padded: bytes) -> bytes:
    """MAC algorithm 3 of ISO 9797-1: single DES along the text, triple DES over the last block."""
    first = Cipher(TripleDES(key[:8] * 3), modes.CBC(bytes(8))).encryptor()
    chained = first.update(padded)
    before = bytes(8) if len(padded) == 8 else chained[-16:-8]
    last = Cipher(TripleDES(_three_keys(key)), modes.CBC(before)).encryptor()
    return last.update(padded[-8:])


TRIPLE_DES = Suite("3DES", 16)
AES_128, AES_192, AES_256 = Suite("AES", 16), Suite("AES", 24), Suite("AES", 32)
