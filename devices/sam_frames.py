"""The frames of the SAM_V security module, which every certified reader of resident cards has inside.

    request   AA AA AA 96 69 | length | command parameter [data] | check
    answer    AA AA AA 96 69 | length | SW1 SW2 SW3 [data] | check

The length (2 bytes, big-endian) counts everything after it, the check included; the check is the XOR of the length's bytes
and all that follow. SW1 and SW2 are the card's own and say nothing here: SW3 alone is the module's. How the frames travel
is the transport's business.
"""

import time
from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Protocol

from devices.sources import ReaderError

PREAMBLE = bytes.fromhex("AAAAAA9669")
MOST = 4096
"""Bytes of the longest frame that can be meant; the longest known one has 2321."""

STATUS = (0x11, 0xFF)
FIND = (0x20, 0x01)
SELECT = (0x20, 0x02)
READ_TEXT_AND_PHOTO = (0x30, 0x01)
READ_NEWEST_ADDRESS = (0x30, 0x03)
Command = tuple[int, int]

SUCCESS, FOUND, ABSENT_ON_CARD, NO_CARD = 0x90, 0x9F, 0x91, 0x80
CODES = {
    0x10: "read_failed",  # checksum of the request
    0x11: "read_failed",  # length of the request
    0x21: "read_failed",  # unknown command or parameter
    0x23: "read_failed",  # not permitted
    0x24: "read_failed",  # unrecognised error
    0x31: "read_failed",  # the card does not accept the module
    0x32: "read_failed",  # the module does not accept the card
    0x33: "read_failed",  # information not verified
    0x40: "not_an_id_card",
    0x41: "read_failed",  # reading failed
    0x47: "read_failed",  # no random number
    0x60: "module_fault",  # self-test failed
    0x66: "module_fault",  # module not authorised
    0x80: "no_card",  # nothing found
    0x81: "read_failed",  # not selected
}
"""What each status of the module is to a clerk; what is not here is `read_failed`."""


class Wire(Protocol):
    """A way to a module: bytes out, bytes in."""

    def write(self, content: bytes, /) -> None:
        """Send all of it. Raises ReaderError."""
        ...

    def read(self, most: int, seconds: float, /) -> bytes:
        """What has come, at most so many bytes; empty when nothing came in time. Raises ReaderError."""
        ...


@dataclass(frozen=True)
class Answer:
    """What the module answered: SW3 and the data after it."""

    status: int
    data: bytes = field(default=b"", repr=False)

    def need(self, *wanted: int) -> bytes:
        """The data of an answer with one of the wanted statuses. Raises ReaderError for another."""
        if self.status not in wanted:
            raise ReaderError(CODES.get(self.status, "read_failed"), f"SW3 {self.status:02X}")
        return self.data


def check_of(content: bytes) -> int:
    """The check byte over length and content."""
    return reduce(xor, content, 0)


def request(command: Command) -> bytes:
    """The frame of a command."""
    body = (3).to_bytes(2, "big") + bytes(command)
    return PREAMBLE + body + bytes([check_of(body)])


def answer(statuses: bytes, data: bytes = b"") -> bytes:
    """The frame of an answer (SW1 SW2 SW3, data), as a module sends it."""
    body = (len(statuses) + len(data) + 1).to_bytes(2, "big") + statuses + data
    return PREAMBLE + body + bytes([check_of(body)])


def exchange(wire: Wire, command: Command, seconds: float) -> Answer:
    """Send a command and wait for its answer. Raises ReaderError: `timeout` where none comes."""
    wire.write(request(command))
    received = _Received(wire, time.monotonic() + seconds)
    received.find_preamble()
    head = received.take(2)
    length = int.from_bytes(head, "big")
    if not 4 <= length <= MOST:
        raise ReaderError("read_failed", f"frame of {length} bytes")
    body = received.take(length)
    if check_of(head + body[:-1]) != body[-1]:
        raise ReaderError("read_failed", "check byte")
    return Answer(body[2], body[3:-1])


class _Received:
    """Bytes as they come in, until a deadline."""

    def __init__(self, wire: Wire, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline
        self._content = b""

    def find_preamble(self) -> None:
        """Pass over whatever stands before a frame."""
        while (start := self._content.find(PREAMBLE)) < 0:
            self._content = self._content[-len(PREAMBLE) + 1 :]
            self._more()
        self._content = self._content[start + len(PREAMBLE) :]

    def take(self, count: int) -> bytes:
        """The next bytes."""
        while len(self._content) < count:
            self._more()
        taken, self._content = self._content[:count], self._content[count:]
        return taken

    def _more(self) -> None:
        left = self._deadline - time.monotonic()
        part = self._wire.read(MOST, left) if left > 0 else b""
        if not part:
            raise ReaderError("timeout", "the module does not answer")
        self._content += part
