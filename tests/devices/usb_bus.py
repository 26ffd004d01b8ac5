"""A USB bus below pyusb with one SAM_V module on it, in the place of libusb: packets go and come as on a wire.

`pipes` are what the module itself has: heads of frames on 02 and 81, the rest on 06 and 85, in bulk. `packets` is a
"driver-free" reader: interrupt pipes, answers in packets of 64 bytes that are filled up.
"""
# ruff: noqa: ARG002, ARG005 - pyusb names what its backends are given

import errno
from array import array
from collections import deque
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Literal

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from tests.devices.sam import Module

Kind = Literal["pipes", "packets"]
HEAD = 7
PACKET = 64
ENDPOINTS: dict[Kind, tuple[int, ...]] = {"pipes": (0x02, 0x81, 0x06, 0x85), "packets": (0x82, 0x03)}
ATTRIBUTES: dict[Kind, int] = {"pipes": 2, "packets": 3}


class Bus(IBackend):  # type: ignore[misc]  # pyusb has no types
    """The bus. `failure` is the error number that the next transfer ends with; `busy` that of taking the interface."""

    def __init__(self, module: Module, kind: Kind, identity: tuple[int, int] = (0x0400, 0xC35A)) -> None:
        super().__init__()
        self.module = module
        self.kind = kind
        self.identity = identity
        self.plugged = True
        self.failure = 0
        self.busy = 0
        self.driver_taken = False
        self._packets: dict[int, deque[bytes]] = {each: deque() for each in ENDPOINTS[kind] if each & 0x80}

    def enumerate_devices(self) -> Iterator[object]:
        return iter([self] if self.plugged else [])

    def get_device_descriptor(self, dev: object) -> SimpleNamespace:
        vendor, product = self.identity
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0110, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=8, idVendor=vendor, idProduct=product, bcdDevice=0x0100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=4, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: object, config: int) -> SimpleNamespace:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=0, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0x80, bMaxPower=100, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: object, intf: int, alt: int, config: int) -> SimpleNamespace:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, iInterface=0, bInterfaceClass=0xFF,
            bNumEndpoints=len(ENDPOINTS[self.kind]), bInterfaceSubClass=0, bInterfaceProtocol=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: object, ep: int, intf: int, alt: int, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=ENDPOINTS[self.kind][ep], bInterval=1, bRefresh=0,
            bmAttributes=ATTRIBUTES[self.kind], wMaxPacketSize=PACKET, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: object) -> object:
        return self

    def close_device(self, dev_handle: object) -> None: ...

    def get_configuration(self, dev_handle: object) -> int:
        return 1

    def is_kernel_driver_active(self, dev_handle: object, intf: int) -> bool:
        return self.kind == "packets" and not self.driver_taken

    def detach_kernel_driver(self, dev_handle: object, intf: int) -> None:
        self.driver_taken = True

    def claim_interface(self, dev_handle: object, intf: int) -> None:
        if self.busy:
            raise USBError("busy", -6, self.busy)

    def release_interface(self, dev_handle: object, intf: int) -> None: ...

    def bulk_write(self, dev_handle: object, ep: int, intf: int, data: "array[int]", timeout: int) -> int:
        self._fail()
        content = data.tobytes()
        if ep == 0x02:
            assert len(content) == HEAD
        else:
            command = content[:2] if ep == 0x06 else content[HEAD : HEAD + 2]
            if (reply := self.module.answer_to(command)) is not None:
                self._send(self.module.noise + reply)
        return len(content)

    def bulk_read(self, dev_handle: object, ep: int, intf: int, buff: "array[int]", timeout: int) -> int:
        self._fail()
        if not self._packets[ep]:
            raise USBTimeoutError("timeout", -7, errno.ETIMEDOUT)
        packet = self._packets[ep].popleft()
        if len(packet) > len(buff):
            raise USBError("overflow", -8, errno.EOVERFLOW)
        buff[: len(packet)] = array("B", packet)
        return len(packet)

    intr_write = bulk_write
    intr_read = bulk_read

    def _send(self, frame: bytes) -> None:
        if self.kind == "pipes":
            self._packets[0x81].append(frame[:HEAD])
            self._packets[0x85] += [frame[at : at + PACKET] for at in range(HEAD, len(frame), PACKET)]
        else:
            parts = [frame[at : at + PACKET] for at in range(0, len(frame), PACKET)]
            self._packets[0x82] += [part.ljust(PACKET, b"\0") for part in parts]

    def _fail(self) -> None:
        if self.failure:
            raise USBError("failed", -1, self.failure)


def plug(monkeypatch: Any, bus: Bus | None) -> None:
    """Let pyusb find this bus in the place of libusb; with None it finds no libusb at all."""
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda find_library=None: bus)
    for other in ("libusb0", "openusb"):
        monkeypatch.setattr(f"usb.backend.{other}.get_backend", lambda find_library=None: None)
