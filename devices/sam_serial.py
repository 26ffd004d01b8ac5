"""SAM_V modules on a serial port, or on USB through a serial adapter."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import serial
from serial.tools import list_ports

from devices.sam_source import SamSource
from devices.sources import ReaderError

BAUD = 115200
GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR, errno.EIO}


def _port_errors() -> tuple[type[Exception], ...]:
    """What a port raises: the terminal layer, where there is one (not on Windows), has an error of its own."""
    try:
        import termios  # noqa: PLC0415
    except ImportError:
        return (OSError,)
    return (OSError, termios.error)


PORT_ERRORS = _port_errors()
OPENING_ERRORS: tuple[type[Exception], ...] = (*PORT_ERRORS, ValueError)


@dataclass(frozen=True)
class SerialSource(SamSource):
    """The driver. `port`: its name (`/dev/ttyUSB0`, `COM3`), or the first serial port that this machine has."""

    port: str = ""
    baud: int = BAUD

    def names(self) -> tuple[str, ...]:
        """The port; empty where there is none."""
        return (self.port,) if self.port else tuple(port.device for port in sorted(list_ports.comports()))[:1]

    @contextmanager
    def opened(self, name: str) -> Iterator["_SerialWire"]:
        """The port, 8N1, to ourselves. Raises ReaderError."""
        try:
            port = serial.Serial(name, self.baud, exclusive=True)
        except OPENING_ERRORS as error:
            raise ReaderError(_code(error), type(error).__name__) from None
        try:
            yield _SerialWire(port)
        finally:
            port.close()


def _code(error: Exception) -> str:
    """Why a port could not be opened."""
    number = getattr(error, "errno", None)
    if number in GONE or isinstance(error, ValueError):
        return "no_reader"
    return "reader_denied" if number in {errno.EACCES, errno.EPERM} else "reader_busy"


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
