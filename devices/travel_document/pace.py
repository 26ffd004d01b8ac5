"""PACE (Doc 9303 part 11, 4.4): the MRZ or the six digits on the card open the chip, and an eavesdropper gets nothing.

Generic mapping over elliptic curves; the integrated mapping, the chip authentication mapping and groups of whole
numbers are left out: a chip that offers nothing else is opened by Basic Access Control.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest

from asn1crypto import core

from devices.travel_document import tlv
from devices.travel_document.apdu import Channel, Command
from devices.travel_document.ciphers import (
    AES_128,
    AES_192,
    AES_256,
    FOR_ENCRYPTION,
    FOR_MAC,
    FOR_PASSWORD,
    TRIPLE_DES,
    Suite,
)
from devices.travel_document.curves import CURVES, Curve, Point
from devices.travel_document.errors import DocumentError
from devices.travel_document.secure_messaging import SecureChannel, Session

ECDH_GENERIC = "0.4.0.127.0.7.2.2.4.2"
SUITES: dict[str, Suite] = {
    f"{ECDH_GENERIC}.1": TRIPLE_DES,
    f"{ECDH_GENERIC}.2": AES_128,
    f"{ECDH_GENERIC}.3": AES_192,
    f"{ECDH_GENERIC}.4": AES_256,
}
DYNAMIC = 0x7C


class SecurityInfo(core.Sequence):  # type: ignore[misc]
    """One entry of EF.CardAccess."""

    _fields = [("protocol", core.ObjectIdentifier), ("required", core.Any), ("optional", core.Any, {"optional": True})]  # noqa: RUF012


class SecurityInfos(core.SetOf):  # type: ignore[misc]
    """EF.CardAccess."""

    _child_spec = SecurityInfo


@dataclass(frozen=True)
class PaceInfo:
    """One way that a chip offers: the protocol's object identifier and the number of the domain parameters."""

    protocol: str
    parameters: int

    @property
    def suite(self) -> Suite:
        """The cipher of the protocol."""
        return SUITES[self.protocol]

    @property
    def curve(self) -> Curve:
        """The curve of the domain parameters."""
        return CURVES[self.parameters]

    @property
    def identifier(self) -> bytes:
        """The value of the object identifier."""
        contents: bytes = core.ObjectIdentifier(self.protocol).contents
        return contents


@dataclass(frozen=True)
class Password:
    """What opens the chip: `reference` 1 for the MRZ, 2 for the CAN."""

    reference: int
    secret: bytes

    @classmethod
    def mrz(cls, key: str) -> "Password":
        """The MRZ information: number, birth and expiry with their check digits."""
        return cls(1, hashlib.sha1(key.encode("ascii")).digest())  # noqa: S324 - the standard's

    @classmethod
    def can(cls, number: str) -> "Password":
        """The card access number printed on the card."""
        return cls(2, number.encode("ascii"))


def offers(card_access: bytes) -> tuple[list[PaceInfo], bool]:
    """The ways in that EF.CardAccess offers and we know, the strongest first; whether it offers several parameters.

    Raises DocumentError (`bad_data`).
    """
    known: list[PaceInfo] = []
    parameters: set[int] = set()
    try:
        for info in SecurityInfos.load(card_access):
            protocol = str(info["protocol"].native)
            if not protocol.startswith("0.4.0.127.0.7.2.2.4.") or info["optional"].native is None:
                continue
            number = int(info["optional"].native)
            parameters.add(number)
            if protocol in SUITES and number in CURVES:
                known.append(PaceInfo(protocol, number))
    except (ValueError, TypeError) as error:
        raise DocumentError("bad_data", f"EF.CardAccess: {type(error).__name__}") from None
    known.sort(key=lambda info: (info.suite.key_length, info.suite.block), reverse=True)
    return known, len(parameters) > 1


def random_scalar(curve: Curve) -> int:
    """A private key for one exchange."""
    return secrets.randbelow(curve.order - 1) + 1


def decrypt_nonce(suite: Suite, password: Password, encrypted: bytes) -> bytes:
    """The nonce of the chip. With the wrong password it is another one, and nobody notices yet."""
    return suite.decrypt(suite.derive(password.secret, FOR_PASSWORD), encrypted)


def map_generator(curve: Curve, nonce: bytes, private: int, public: Point) -> Point:
    """The generator of this exchange: s·G + H (9.5.1). Raises DocumentError (`bad_data`)."""
    shared = curve.multiply(private, public)
    mapped = curve.add(curve.multiply(int.from_bytes(nonce, "big"), curve.generator), shared)
    if shared is None or mapped is None:
        raise DocumentError("bad_data", "mapping to infinity")
    return mapped


def session(suite: Suite, curve: Curve, private: int, public: Point) -> Session:
    """The session of the agreed secret. Raises DocumentError (`bad_data`)."""
    shared = curve.multiply(private, public)
    if shared is None:
        raise DocumentError("bad_data", "agreement on infinity")
    secret = shared[0].to_bytes(curve.size, "big")
    return Session(suite, suite.derive(secret, FOR_ENCRYPTION), suite.derive(secret, FOR_MAC))


def token(info: PaceInfo, mac_key: bytes, public: Point) -> bytes:
    """What shows the other side that the keys agree: the MAC over its public key (4.4.3.4)."""
    key = tlv.encode(0x7F49, tlv.encode(0x06, info.identifier), tlv.encode(0x86, info.curve.encode(public)))
    return info.suite.mac(mac_key, key)


def open_chip(
    channel: Channel,
    info: PaceInfo,
    password: Password,
    *,
    several: bool = False,
    scalar: Callable[[Curve], int] = random_scalar,
) -> SecureChannel:
    """Open the chip. Raises DocumentError.

    `several` says that the chip has more than one set of domain parameters, so that ours must be named. `scalar` gives
    the private keys, random ones unless the worked example gives them.
    """
    curve, suite = info.curve, info.suite
    _choose(channel, info, password, several)
    nonce = decrypt_nonce(suite, password, _step(channel, b"", 0x80))
    mapping = scalar(curve)
    theirs = curve.decode(_step(channel, _point(0x81, curve, curve.generator, mapping), 0x82))
    generator = map_generator(curve, nonce, mapping, theirs)
    private = scalar(curve)
    ours = curve.multiply(private, generator)
    theirs = curve.decode(_step(channel, _point(0x83, curve, generator, private), 0x84))
    if ours is None or theirs == ours:
        raise DocumentError("bad_data", "the chip sends our own key back")
    made = session(suite, curve, private, theirs)
    answer = _step(channel, tlv.encode(0x85, token(info, made.mac_key, theirs)), 0x86, last=True)
    if not compare_digest(answer, token(info, made.mac_key, ours)):
        raise DocumentError("wrong_key", "the chip's token is another one")
    return SecureChannel(channel, made)


def _choose(channel: Channel, info: PaceInfo, password: Password, several: bool) -> None:
    data = tlv.encode(0x80, info.identifier) + tlv.encode(0x83, bytes([password.reference]))
    if several:
        data += tlv.encode(0x84, bytes([info.parameters]))
    answer = channel.send(Command(0x00, 0x22, 0xC1, 0xA4, data))
    if answer.status & 0xFFF0 != 0x63C0:  # 63Cx only counts the tries that are left
        answer.need()


def _point(tag: int, curve: Curve, generator: Point, private: int) -> bytes:
    public = curve.multiply(private, generator)
    if public is None:
        raise DocumentError("bad_data", "key at infinity")
    return tlv.encode(tag, curve.encode(public))


def _step(channel: Channel, data: bytes, wanted: int, *, last: bool = False) -> bytes:
    command = Command(0x00 if last else 0x10, 0x86, 0x00, 0x00, tlv.encode(DYNAMIC, data), 0x100)
    return tlv.need(channel.send(command).need(), DYNAMIC, wanted)
