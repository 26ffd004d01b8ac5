"""A client of vpcd, the virtual reader of vsmartcard: lays a virtual card on it, lifts it, answers for it.

The wire: 2 bytes of length (big-endian), then a body. A body of one byte is a control (00 off, 01 on, 02 reset, 04 give
the ATR); anything longer is an APDU, answered by data and status word. The connection is the card: closing it lifts it.
"""

import contextlib
import socket
import threading
from typing import Protocol

FIRST_PORT = 35963
"""Slot 0; the next slot has the next port."""
OFF, ON, RESET, GIVE_ATR = 0x00, 0x01, 0x02, 0x04
RETRY_SECONDS = 0.3


class Chip(Protocol):
    """What a virtual card must be able to do."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def reset(self) -> None:
        """Power came or the card was reset: forget everything of the exchange."""
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """Answer an APDU: data and status word."""
        ...


class CardPulled(Exception):
    """Raised by a chip's `transmit` to be lifted in the middle of an exchange."""


class Slot:
    """One slot of the virtual reader. `lay` puts a card down (again and again until vpcd is there), `lift` takes it."""

    def __init__(self, port: int = FIRST_PORT, host: str = "127.0.0.1") -> None:
        self._address = (host, port)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: socket.socket | None = None

    def lay(self, chip: Chip) -> None:
        """Put a card on the reader, in place of the one that lies there."""
        self.lift()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(chip, self._stopped), daemon=True)
        self._thread.start()

    def lift(self) -> None:
        """Take the card off the reader."""
        self._stopped.set()
        if (connection := self._connection) is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._thread = None

    def _run(self, chip: Chip, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                with socket.create_connection(self._address, timeout=5) as connection:
                    connection.settimeout(None)
                    self._connection = connection
                    if not stopped.is_set():
                        _answer(connection, chip)
            except CardPulled:
                return
            except OSError:
                pass  # no daemon yet, or it went away: it may come back
            finally:
                self._connection = None
            stopped.wait(RETRY_SECONDS)


def _answer(connection: socket.socket, chip: Chip) -> None:
    """Answer for a card until the connection ends."""
    while (body := _receive(connection)) is not None:
        if len(body) > 1:
            _send(connection, chip.transmit(body))
        elif body[0] == GIVE_ATR:
            _send(connection, chip.atr)
        elif body[0] in (ON, RESET):
            chip.reset()


def _send(connection: socket.socket, body: bytes) -> None:
    connection.sendall(len(body).to_bytes(2, "big") + body)


def _receive(connection: socket.socket) -> bytes | None:
    """One body; None at the end of the connection."""
    head = _exactly(connection, 2)
    if head is None:
        return None
    return _exactly(connection, int.from_bytes(head, "big")) or None


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    content = b""
    while len(content) < length:
        # vpcd sends length and body apart and waits for the first to be acknowledged: do it at once, not after 40 ms.
        if hasattr(socket, "TCP_QUICKACK"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = connection.recv(length - len(content))
        if not part:
            return None
        content += part
    return content
