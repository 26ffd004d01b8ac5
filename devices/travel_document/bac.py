"""Basic Access Control (Doc 9303 part 11, 4.3): what is printed in the MRZ opens the chip."""

import hashlib
import secrets
from dataclasses import dataclass

from devices.travel_document.apdu import Channel, Command
from devices.travel_document.ciphers import FOR_ENCRYPTION, FOR_MAC, MAC_LENGTH, TRIPLE_DES
from devices.travel_document.errors import DocumentError
from devices.travel_document.secure_messaging import SecureChannel, Session

GET_CHALLENGE = Command(0x00, 0x84, 0x00, 0x00, b"", 8)


@dataclass(frozen=True)
class Keys:
    """The document's basic access keys."""

    encryption: bytes
    mac: bytes

    @classmethod
    def of(cls, mrz_key: str) -> "Keys":
        """The keys out of the MRZ information (number, birth and expiry with their check digits)."""
        seed = hashlib.sha1(mrz_key.encode("ascii")).digest()[:16]  # noqa: S324 - the standard's
        return cls.out_of(seed)

    @classmethod
    def out_of(cls, seed: bytes) -> "Keys":
        """The pair of keys out of a seed of 16 bytes."""
        return cls(TRIPLE_DES.derive(seed, FOR_ENCRYPTION), TRIPLE_DES.derive(seed, FOR_MAC))


def seal(keys: Keys, text: bytes) -> bytes:
    """A message of the mutual authentication: encrypted, its MAC after it."""
    encrypted = TRIPLE_DES.encrypt(keys.encryption, text)
    return encrypted + TRIPLE_DES.mac(keys.mac, encrypted)


def unseal(keys: Keys, message: bytes) -> bytes:
    """The text of such a message of 32 + 8 bytes. Raises DocumentError (`wrong_key`, `bad_data`)."""
    encrypted, mac = message[:-MAC_LENGTH], message[-MAC_LENGTH:]
    if len(encrypted) != 32:
        raise DocumentError("bad_data", "authentication of another length")
    try:
        TRIPLE_DES.verify(TRIPLE_DES.mac(keys.mac, encrypted), mac)
    except DocumentError:
        raise DocumentError("wrong_key", "the chip knows other keys") from None
    return TRIPLE_DES.decrypt(keys.encryption, encrypted)


def session(ours: bytes, theirs: bytes, challenge_chip: bytes, challenge_reader: bytes) -> Session:
    """The session that both sides' key material (16 bytes each) and challenges (8 bytes each) make."""
    keys = Keys.out_of(bytes(left ^ right for left, right in zip(ours, theirs, strict=True)))
    counter = int.from_bytes(challenge_chip[4:] + challenge_reader[4:], "big")
    return Session(TRIPLE_DES, keys.encryption, keys.mac, counter)


def open_chip(
    channel: Channel, mrz_key: str, challenge: bytes | None = None, material: bytes | None = None
) -> SecureChannel:
    """Authenticate, after the application was selected. Raises DocumentError.

    `challenge` (8 bytes) and `material` (16 bytes) are random, unless the worked example gives them.
    """
    keys = Keys.of(mrz_key)
    challenge = challenge or secrets.token_bytes(8)
    material = material or secrets.token_bytes(16)
    from_chip = channel.send(GET_CHALLENGE).need()
    if len(from_chip) != 8:
        raise DocumentError("bad_data", "challenge of another length")
    command = Command(0x00, 0x82, 0x00, 0x00, seal(keys, challenge + from_chip + material), 40)
    answer = channel.send(command)
    if answer.status in {0x6300, 0x6982, 0x6985, 0x6988}:
        # Chips say the same thing in many ways here.
        raise DocumentError("wrong_key", f"status {answer.status:04X}")
    text = unseal(keys, answer.need())
    if text[:16] != from_chip + challenge:
        raise DocumentError("wrong_key", "the chip answers another challenge")
    return SecureChannel(channel, session(material, text[16:], from_chip, challenge))
