"""The chip of a made-up travel document: it answers APDUs as Doc 9303 parts 10 and 11 ask of one."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from devices.travel_document import bac, files, pace, tlv
from devices.travel_document.apdu import Command, decode
from devices.travel_document.ciphers import FOR_PASSWORD
from devices.travel_document.curves import Curve, Point
from devices.travel_document.errors import DocumentError
from devices.travel_document.pace import PaceInfo, Password
from devices.travel_document.secure_messaging import EXPECTED, MAC, STATUS, Session, before_mac
from devices.virtual_passport.contents import card_access

ATR = bytes.fromhex("3B888001000000000000000009")
"""A contactless chip of type A without historical bytes that say anything."""


class Refusal(Exception):
    """A command that the chip does not carry out, with the status word that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


@dataclass
class _Pace:
    """A PACE run that is under way."""

    info: PaceInfo
    password: Password
    nonce: bytes = b""
    generator: Point | None = None
    ours: Point | None = None
    session: Session | None = None
    theirs: Point | None = None


@dataclass
class Chip:
    """One chip. `contents` are files by identifier; `longest` bounds how much it sends for one read."""

    contents: dict[int, bytes]
    mrz_key: str
    can: str = ""
    offers: Sequence[PaceInfo] = ()
    longest: int = 0x10000
    session: Session | None = None
    _application: bool = False
    _file: bytes | None = None
    _challenge: bytes = b""
    _pace: _Pace | None = field(default=None, repr=False)

    @property
    def atr(self) -> bytes:
        """What the reader is told when the chip is put on it."""
        return ATR

    def reset(self) -> None:
        """The chip was taken away, or powered anew."""
        self.session = self._file = self._pace = None
        self._application, self._challenge = False, b""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer a command, with the status word at the end."""
        try:
            command = decode(apdu)
        except DocumentError:
            return b"\x67\x00"
        if command.cla & 0x0C == 0x0C:
            return self._protected(command)
        data, status = self._carry_out(command)
        return data + status.to_bytes(2, "big")

    def _protected(self, command: Command) -> bytes:
        session = self.session
        if session is None:
            return b"\x69\x88"
        try:
            inner = _unprotect(session, command)
        except DocumentError:
            self.session = None
            return b"\x69\x88"
        data, status = self._carry_out(inner)
        count = session.step()
        body = session.cryptogram(bool(command.ins & 1), data, count) + tlv.encode(STATUS, status.to_bytes(2, "big"))
        return body + tlv.encode(MAC, session.mac(count, body)) + status.to_bytes(2, "big")

    def _carry_out(self, command: Command) -> tuple[bytes, int]:
        known: dict[int, Callable[[Command], bytes]] = {
            0xA4: self._select,
            0xB0: self._read,
            0xB1: self._read_far,
            0x84: self._get_challenge,
            0x82: self._authenticate,
            0x22: self._set_template,
            0x86: self._pace_step,
        }
        try:
            return known.get(command.ins, _unknown)(command), 0x9000
        except Refusal as refusal:
            return b"", refusal.status
        except DocumentError:
            return b"", 0x6A80

    def _select(self, command: Command) -> bytes:
        if command.p1 == 0x04:
            if command.data != files.APPLICATION:
                raise Refusal(0x6A82)
            self._application, self._file = True, None
            return b""
        identifier = int.from_bytes(command.data, "big")
        self._file = None
        if identifier == files.CARD_ACCESS and self.offers:
            self._file = card_access(self.offers)
            return b""
        if not self._application:
            raise Refusal(0x6A82)
        if self.session is None:
            raise Refusal(0x6982)
        if identifier not in self.contents:
            raise Refusal(0x6A82)
        self._file = self.contents[identifier]
        return b""

    def _read(self, command: Command) -> bytes:
        if command.p1 & 0x80:
            raise Refusal(0x6A86)
        return self._piece(command.p1 << 8 | command.p2, command.expected)

    def _read_far(self, command: Command) -> bytes:
        offset = int.from_bytes(tlv.need(command.data, 0x54), "big")
        return tlv.encode(0x53, self._piece(offset, max((command.expected or 0x100) - 4, 1)))

    def _piece(self, offset: int, expected: int | None) -> bytes:
        if self._file is None:
            raise Refusal(0x6986)
        if offset >= len(self._file):
            raise Refusal(0x6B00)
        return self._file[offset : offset + min(expected or 0x100, self.longest)]

    def _get_challenge(self, _command: Command) -> bytes:
        self._challenge = secrets.token_bytes(8)
        return self._challenge

    def _authenticate(self, command: Command) -> bytes:
        challenge, self._challenge = self._challenge, b""
        keys = bac.Keys.of(self.mrz_key)
        if not challenge:
            raise Refusal(0x6985)
        try:
            text = bac.unseal(keys, command.data)
        except DocumentError:
            raise Refusal(0x6300) from None
        if text[8:16] != challenge:
            raise Refusal(0x6300)
        material = secrets.token_bytes(16)
        self.session = bac.session(material, text[16:], challenge, text[:8])
        return bac.seal(keys, challenge + text[:8] + material)

    def _set_template(self, command: Command) -> bytes:
        wanted = dict(tlv.nodes(command.data))
        number = wanted.get(0x84)
        info = next(
            (
                one
                for one in self.offers
                if one.identifier == wanted.get(0x80) and number in {None, bytes([one.parameters])}
            ),
            None,
        )
        if info is None or wanted.get(0x83) not in {b"\x01", b"\x02"}:
            raise Refusal(0x6A80)
        by_can = wanted[0x83] == b"\x02"
        if by_can and not self.can:
            raise Refusal(0x6A88)
        self._pace = _Pace(info, Password.can(self.can) if by_can else Password.mrz(self.mrz_key))
        return b""

    def _pace_step(self, command: Command) -> bytes:
        run = self._pace
        if run is None:
            raise Refusal(0x6985)
        objects = dict(tlv.nodes(tlv.need(command.data, pace.DYNAMIC)))
        curve = run.info.curve
        if not objects:
            return self._nonce(run)
        if 0x81 in objects and run.nonce:
            private = pace.random_scalar(curve)
            run.generator = pace.map_generator(curve, run.nonce, private, curve.decode(objects[0x81]))
            return _answer(0x82, curve.encode(_public(curve, private, curve.generator)))
        if 0x83 in objects and run.generator is not None:
            private = pace.random_scalar(curve)
            run.theirs = curve.decode(objects[0x83])
            run.ours = _public(curve, private, run.generator)
            run.session = pace.session(run.info.suite, curve, private, run.theirs)
            return _answer(0x84, curve.encode(run.ours))
        if 0x85 in objects and run.session and run.ours and run.theirs:
            self._pace = None
            if objects[0x85] != pace.token(run.info, run.session.mac_key, run.ours):
                raise Refusal(0x6300)
            self.session = run.session
            return _answer(0x86, pace.token(run.info, run.session.mac_key, run.theirs))
        raise Refusal(0x6A80)

    def _nonce(self, run: _Pace) -> bytes:
        suite = run.info.suite
        run.nonce = secrets.token_bytes(16)
        return _answer(0x80, suite.encrypt(suite.derive(run.password.secret, FOR_PASSWORD), run.nonce))


def _unknown(_command: Command) -> bytes:
    raise Refusal(0x6D00)


def _unprotect(session: Session, command: Command) -> Command:
    count = session.step()
    objects = dict(tlv.nodes(command.data))
    header = session.suite.pad(command.header)
    session.suite.verify(session.mac(count, header + before_mac(command.data)), objects.get(MAC, b""))
    expected = objects.get(EXPECTED)
    length = None if expected is None else int.from_bytes(expected, "big") or (0x100 if len(expected) == 1 else 0x10000)
    return Command(command.cla & ~0x0C, command.ins, command.p1, command.p2, session.plain(objects, count), length)


def _answer(tag: int, value: bytes) -> bytes:
    return tlv.encode(pace.DYNAMIC, tlv.encode(tag, value))


def _public(curve: Curve, private: int, generator: Point) -> Point:
    point = curve.multiply(private, generator)
    if point is None:
        raise Refusal(0x6A80)
    return point
