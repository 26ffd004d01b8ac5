"""A SAM_V module of our own on a pseudo-terminal: it answers byte for byte as published exchanges do."""

import os
import select
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from devices.sam_frames import PREAMBLE, answer

FIND, SELECT, READ, ADDRESS, STATUS = b"\x20\x01", b"\x20\x02", b"\x30\x01", b"\x30\x03", b"\x11\xff"
FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")
NOT_FOUND = bytes.fromhex("AAAAAA9669 0004 000080 84")
SELECTED = bytes.fromhex("AAAAAA9669 000C 000090 0000000000000000 9C")
NOT_SELECTED = bytes.fromhex("AAAAAA9669 0004 000081 85")
NOT_READ = bytes.fromhex("AAAAAA9669 0004 000041 45")
NO_ADDRESS = answer(b"\x00\x00\x91")


class Module:
    """The module with one card on it, or none. A card that was read is mute until it is lifted.

    `faults` are answers that it gives instead of its own, each once, by command; None is no answer at all.
    """

    def __init__(self, block: bytes | None = None, photo: bytes = bytes(1024), address: bytes = b"") -> None:
        self.block = block
        self.photo = photo
        self.address = address
        self.faults: dict[bytes, list[bytes | None]] = {}
        self.asked: list[bytes] = []
        self.noise = b""
        self._state = "idle"

    def lay(self, block: bytes) -> None:
        """Put another card down."""
        self.block, self._state = block, "idle"

    def answer_to(self, command: bytes) -> bytes | None:
        """The frame that answers a command."""
        self.asked.append(command)
        if self.faults.get(command):
            self._state = "idle"
            return self.faults[command].pop(0)
        known = {STATUS: self._status, FIND: self._find, SELECT: self._select, READ: self._read, ADDRESS: self._address}
        return known[command]() if command in known else answer(b"\x00\x00\x21")

    def _status(self) -> bytes:
        return answer(b"\x00\x00\x90")

    def _find(self) -> bytes:
        if self.block is None or self._state == "halted":
            return NOT_FOUND
        self._state = "found"
        return FOUND

    def _select(self) -> bytes:
        if self._state != "found":
            return NOT_SELECTED
        self._state = "selected"
        return SELECTED

    def _read(self) -> bytes:
        if self._state != "selected" or self.block is None:
            return NOT_READ
        self._state = "halted"
        return answer(b"\x00\x00\x90", bytes.fromhex("01000400") + self.block + self.photo)

    def _address(self) -> bytes:
        return answer(b"\x00\x00\x90", self.address) if self.address else NO_ADDRESS


@contextmanager
def on_a_port(module: Module) -> Iterator[str]:
    """Run the module behind a pseudo-terminal; the name of the port to open."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    stopped = threading.Event()
    thread = threading.Thread(target=_serve, args=(ours, module, stopped), daemon=True)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        stopped.set()
        os.close(theirs)
        thread.join()
        os.close(ours)


def _serve(ours: int, module: Module, stopped: threading.Event) -> None:
    received = b""
    while not stopped.is_set():
        if not select.select([ours], [], [], 0.05)[0]:
            continue
        try:
            received += os.read(ours, 4096)
        except OSError:
            # Nobody has the port open now.
            stopped.wait(0.01)
            continue
        while (start := received.find(PREAMBLE)) >= 0 and len(received) >= start + 7:
            length = int.from_bytes(received[start + 5 : start + 7], "big")
            if len(received) < start + 7 + length:
                break
            body = received[start + 7 : start + 7 + length]
            received = received[start + 7 + length :]
            if (reply := module.answer_to(body[:2])) is not None:
                os.write(ours, module.noise + reply)
