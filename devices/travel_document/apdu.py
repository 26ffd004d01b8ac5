"""Commands and answers of ISO 7816-4, short and extended, and what their status words mean."""

from dataclasses import dataclass
from typing import Protocol

from devices.travel_document.errors import Code, DocumentError

OK = 0x9000
END_OF_FILE = 0x6282
"""A read beyond the end of the file: what there was came with it."""


class Transport(Protocol):
    """Anything that brings a command to a chip: a reader, a chip in the same process, a recording."""

    def transmit(self, apdu: bytes, /) -> bytes:
        """Send a command; the answer with its two status bytes at the end. Raises its own errors."""
        ...


@dataclass(frozen=True)
class Command:
    """A command. `expected` is the length of the answer that is asked for; None asks for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None

    @property
    def header(self) -> bytes:
        """CLA, INS, P1 and P2."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    def encode(self) -> bytes:
        """The command's bytes: short lengths where they do, extended ones where they must."""
        extended = len(self.data) > 0xFF or (self.expected or 0) > 0x100
        body = b""
        if self.data:
            body = (b"\0" + len(self.data).to_bytes(2, "big") if extended else bytes([len(self.data)])) + self.data
        if self.expected is not None:
            if extended:
                body += (b"" if self.data else b"\0") + (self.expected & 0xFFFF).to_bytes(2, "big")
            else:
                body += bytes([self.expected & 0xFF])
        return self.header + body


def decode(apdu: bytes) -> Command:
    """A command out of its bytes, as a chip reads it. Raises DocumentError (`bad_data`)."""
    if len(apdu) < 4:
        raise DocumentError("bad_data", "command shorter than its header")
    (cla, ins, p1, p2), body = apdu[:4], apdu[4:]
    if not body:
        return Command(cla, ins, p1, p2)
    if len(body) == 1:
        return Command(cla, ins, p1, p2, b"", body[0] or 0x100)
    extended = body[0] == 0 and len(body) >= 3
    if extended and len(body) == 3:
        return Command(cla, ins, p1, p2, b"", int.from_bytes(body[1:], "big") or 0x10000)
    length = int.from_bytes(body[1:3], "big") if extended else body[0]
    start = 3 if extended else 1
    data, rest = body[start : start + length], body[start + length :]
    if len(data) < length or len(rest) > (2 if extended else 1):
        raise DocumentError("bad_data", "command of another length than it says")
    expected = (int.from_bytes(rest, "big") or (0x10000 if extended else 0x100)) if rest else None
    return Command(cla, ins, p1, p2, data, expected)


@dataclass(frozen=True)
class Answer:
    """What a chip answered: the data and the status word."""

    data: bytes
    status: int

    def need(self, *also: int) -> bytes:
        """The data of a command that succeeded, or ended with one of `also`. Raises DocumentError by the status word."""
        if self.status != OK and self.status not in also:
            raise DocumentError(meaning(self.status), f"status {self.status:04X}")
        return self.data


def meaning(status: int) -> Code:
    """What a status word that is no success says."""
    if status & 0xFFF0 == 0x63C0:
        return "wrong_key"
    known: dict[int, Code] = {
        0x6300: "wrong_key",
        0x6982: "access_denied",
        0x6983: "key_blocked",
        0x6985: "access_denied",
        0x6986: "access_denied",
        0x6987: "secure_messaging",
        0x6988: "secure_messaging",
        0x6A80: "bad_data",
        0x6A81: "unsupported",
        0x6A82: "file_missing",
        0x6A83: "file_missing",
        0x6A88: "file_missing",
        0x6D00: "unsupported",
        0x6E00: "unsupported",
    }
    return known.get(status, "refused")


class Channel(Protocol):
    """A way to the chip, plain or protected."""

    def send(self, command: Command) -> Answer:
        """Exchange one command. Raises DocumentError for an answer that is none."""
        ...


class PlainChannel:
    """Commands as they are, with the two answers that ask for another command (61xx and 6Cxx)."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def send(self, command: Command) -> Answer:
        """Exchange one command. Raises DocumentError (`bad_data`) for an answer without a status word."""
        answer = self._exchange(command)
        if answer.status >> 8 == 0x6C:
            again = Command(
                command.cla, command.ins, command.p1, command.p2, command.data, answer.status & 0xFF or 0x100
            )
            answer = self._exchange(again)
        data = answer.data
        while answer.status >> 8 == 0x61:
            answer = self._exchange(Command(command.cla, 0xC0, 0, 0, b"", answer.status & 0xFF or 0x100))
            data += answer.data
            if not answer.data and answer.status >> 8 == 0x61:
                raise DocumentError("bad_data", "an answer that does not end")
        return Answer(data, answer.status)

    def _exchange(self, command: Command) -> Answer:
        raw = self.transport.transmit(command.encode())
        if len(raw) < 2:
            raise DocumentError("bad_data", "answer without a status word")
        return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))
