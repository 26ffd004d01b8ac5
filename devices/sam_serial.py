"""SAM_V modules on a serial port, or on USB through a serial adapter."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import serial
from serial.tools import list_ports

from devices import sam_module
from devices.resident_card import CardReading
from devices.sources import ReaderError, ReaderStatus

SOURCE = "sam"
BAUD = 115200


def _port_errors() -> tuple[type[Exception], ...]:
    """What a port raises: the terminal layer, where there is one (not on Windows), has an error of its own."""
    try:
        import termios  # noqa: PLC0415
    except ImportError:
        return (OSError,)
    return (OSError, termios.error)


PORT_ERRORS = _port_errors()
OPENING_ERRORS: tuple[type[Exception], ...] = (*PORT_ERRORS, ValueError)
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()
_read_before: set[str] = set()
"""Ports whose last read succeeded: the card that was read does not answer until it is lifted."""


@dataclass(frozen=True)
class SerialSource:
    """The driver. `port`: its name (`/dev/ttyUSB0`, `COM3`), or the first serial port that this machine has."""

    port: str = ""
    baud: int = BAUD

    def status(self) -> ReaderStatus:
        """Whether the module answers. It is not asked for a card: a card that was found has to be read. Never raises."""
        name = self._name()
        if name is None:
            return ReaderStatus("no_reader")
        lock = _lock(name)
        if not lock.acquire(blocking=False):
            return ReaderStatus("no_card", name, (name,))
        try:
            with _opened(name, self.baud) as wire:
                state = sam_module.is_there(wire)
        except ReaderError:
            state = False
        finally:
            lock.release()
        return ReaderStatus("no_card", name, (name,)) if state else ReaderStatus("no_reader")

    def read(self, timeout: float) -> CardReading:
        """Read the card, waiting up to `timeout` seconds for one. Raises ReaderError.

        `lift_card`: none came, but the one that was read last may still lie there.
        """
        name = self._name()
        if name is None:
            raise ReaderError("no_reader")
        lock = _lock(name)
        if not lock.acquire(timeout=timeout):
            raise ReaderError("reader_busy", "another window of this server")
        try:
            with _opened(name, self.baud) as wire:
                today = datetime.now(UTC).astimezone().date()
                reading = sam_module.read_card(wire, timeout, today=today, source=SOURCE)
        except ReaderError as error:
            if error.code == "timeout" and name in _read_before:
                raise ReaderError("lift_card", error.detail) from None
            _read_before.discard(name)
            raise
        finally:
            lock.release()
        _read_before.add(name)
        return reading

    def _name(self) -> str | None:
        return self.port or next((port.device for port in sorted(list_ports.comports())), None)


class _SerialWire:
    """An open serial port as a wire."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    def write(self, content: bytes, /) -> None:
        try:
            self._port.reset_input_buffer()
            self._port.write(content)
        except PORT_ERRORS as error:
            raise ReaderError("reader_removed", type(error).__name__) from None

    def read(self, most: int, seconds: float, /) -> bytes:
        try:
            self._port.timeout = seconds
            first: bytes = self._port.read(1)
            rest: bytes = self._port.read(min(self._port.in_waiting, most - 1)) if first else b""
        except PORT_ERRORS as error:
            raise ReaderError("reader_removed", type(error).__name__) from None
        return first + rest


def _lock(name: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(name, threading.Lock())


@contextmanager
def _opened(name: str, baud: int) -> Iterator[_SerialWire]:
    """The port, 8N1, to ourselves. Raises ReaderError."""
    try:
        port = serial.Serial(name, baud, exclusive=True)
    except OPENING_ERRORS as error:
        code = getattr(error, "errno", None)
        gone = code in {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, errno.EIO} or isinstance(
            error, ValueError
        )
        raise ReaderError("no_reader" if gone else "reader_busy", type(error).__name__) from None
    try:
        yield _SerialWire(port)
    finally:
        port.close()
