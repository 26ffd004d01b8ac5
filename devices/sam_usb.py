"""SAM_V modules on USB without a serial adapter: the module's own four pipes, or one pipe each way.

    four pipes   preamble and length go out on 02 and come in on 81, everything after them on 06 and 85
    one pipe     (bulk, or interrupt of a "driver-free" reader) whole frames; answers come in packets of 64 bytes

pyusb, and the libusb below it, are imported when they are first needed: everything else runs without them.
"""

import errno
import importlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from devices.sam_frames import PREAMBLE
from devices.sam_source import SamSource
from devices.sources import ReaderError
from devices.usb_ids import KNOWN, UsbId

PREFIX = "USB "
"""How the names of these readers begin."""
HEAD_BYTES = len(PREAMBLE) + 2
HEAD_OUT, BODY_OUT, HEAD_IN, BODY_IN = 0x02, 0x06, 0x81, 0x85
IS_IN, TRANSFER = 0x80, 0x03
BULK, INTERRUPT = 0x02, 0x03
WRITE_MILLISECONDS, DRAIN_MILLISECONDS = 1000, 1
CODES = {
    errno.ENOENT: "no_reader",
    errno.EACCES: "reader_denied",
    errno.EPERM: "reader_denied",
    errno.EBUSY: "reader_busy",
    errno.EPIPE: "read_failed",
    errno.EOVERFLOW: "read_failed",
}
"""What an error of USB means; what is not here is a reader that went away."""


@dataclass(frozen=True)
class UsbSource(SamSource):
    """The driver. `reader`: the beginning of a name as `status` tells them, or the first of the known makes."""

    reader: str = ""
    ids: Sequence[UsbId] = KNOWN

    def names(self) -> tuple[str, ...]:
        """The readers plugged in whose names begin so. Raises ReaderError: `usb_missing` without pyusb or libusb."""
        return tuple(name for name in sorted(map(_name, self._devices())) if name.startswith(self.reader))

    @contextmanager
    def opened(self, name: str) -> Iterator["_UsbWire"]:
        """The reader to ourselves, taken from the system's own driver. Raises ReaderError."""
        device = next((each for each in self._devices() if _name(each) == name), None)
        if device is None:
            raise ReaderError("no_reader")
        try:
            with _told():
                pipes = _pipes(device)
            yield _UsbWire(device, pipes)
        finally:
            with suppress(OSError):
                importlib.import_module("usb.util").dispose_resources(device)

    def _devices(self) -> list[Any]:
        try:
            core = importlib.import_module("usb.core")
        except ImportError as error:
            raise ReaderError("usb_missing", type(error).__name__) from None
        try:
            with _told():
                return list(core.find(find_all=True, custom_match=lambda each: _id(each) in self.ids))
        except core.NoBackendError:
            raise ReaderError("usb_missing", "no libusb") from None


@dataclass(frozen=True)
class _Pipes:
    """Where a frame's head and body go out and come in; the same pipe for both, or one for each."""

    head_out: int
    body_out: int
    head_in: int
    body_in: int
    packets: dict[int, int]
    """Bytes of a packet, by pipe."""

    @property
    def apart(self) -> bool:
        return self.head_in != self.body_in


class _UsbWire:
    """An open reader as a wire."""

    def __init__(self, device: Any, pipes: _Pipes) -> None:
        self._device = device
        self._pipes = pipes
        self._head_left = 0

    def write(self, content: bytes, /) -> None:
        with _told():
            self._drain()
            if self._pipes.apart:
                self._device.write(self._pipes.head_out, content[:HEAD_BYTES], WRITE_MILLISECONDS)
                self._device.write(self._pipes.body_out, content[HEAD_BYTES:], WRITE_MILLISECONDS)
            else:
                self._device.write(self._pipes.head_out, content, WRITE_MILLISECONDS)
        self._head_left = HEAD_BYTES if self._pipes.apart else 0

    def read(self, most: int, seconds: float, /) -> bytes:
        pipe = self._pipes.head_in if self._head_left > 0 else self._pipes.body_in
        with _told():
            part = self._take(pipe, max(1, round(seconds * 1000)))
        self._head_left -= len(part)
        return part[:most]

    def _take(self, pipe: int, milliseconds: int) -> bytes:
        """What comes on a pipe; empty when nothing came in time. A packet of no bytes is passed over."""
        deadline = time.monotonic() + milliseconds / 1000
        while (left := round((deadline - time.monotonic()) * 1000)) > 0:
            try:
                # A packet at a time: readers that fill their packets up give no sign of the last one.
                if part := bytes(self._device.read(pipe, self._pipes.packets[pipe], left)):
                    return part
            except OSError as error:
                if error.errno != errno.ETIMEDOUT:
                    raise
        return b""

    def _drain(self) -> None:
        """Pass over an answer that came too late."""
        for pipe in {self._pipes.head_in, self._pipes.body_in}:
            while self._take(pipe, DRAIN_MILLISECONDS):
                pass


@contextmanager
def _told() -> Iterator[None]:
    """Errors of USB as ReaderErrors."""
    try:
        yield
    except OSError as error:
        raise ReaderError(CODES.get(error.errno or 0, "reader_removed"), type(error).__name__) from None


def _pipes(device: Any) -> _Pipes:
    """The pipes of a reader whose interfaces are ours from now on. Raises ReaderError for a device without them."""
    try:
        configuration = device.get_active_configuration()
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.ENODEV}:
            raise
        device.set_configuration()
        configuration = device.get_active_configuration()
    packets = {}
    for interface in configuration:
        _release(device, interface.bInterfaceNumber)
        for endpoint in interface:
            if endpoint.bmAttributes & TRANSFER in {BULK, INTERRUPT}:
                packets[endpoint.bEndpointAddress] = endpoint.wMaxPacketSize
    if {HEAD_OUT, BODY_OUT, HEAD_IN, BODY_IN} <= packets.keys():
        return _Pipes(HEAD_OUT, BODY_OUT, HEAD_IN, BODY_IN, packets)
    out = next((each for each in packets if not each & IS_IN), None)
    into = next((each for each in packets if each & IS_IN), None)
    if out is None or into is None:
        raise ReaderError("no_reader", "no pipes")
    return _Pipes(out, out, into, into, packets)


def _release(device: Any, interface: int) -> None:
    """Take an interface from the system's own driver; where there is none to take it from, nothing happens."""
    with suppress(NotImplementedError):
        if device.is_kernel_driver_active(interface):
            device.detach_kernel_driver(interface)


def _id(device: Any) -> UsbId:
    return int(device.idVendor), int(device.idProduct)


def _name(device: Any) -> str:
    return f"{PREFIX}{device.idVendor:04X}:{device.idProduct:04X} {device.bus:03}-{device.address:03}"
