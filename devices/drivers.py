"""Which driver reads the card: the one that the settings name, or whichever finds something plugged in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from devices.card_blocks import PROFILES, BlockProfile
from devices.pcsc import PcscSource
from devices.resident_card import CardReading
from devices.sam_serial import SerialSource
from devices.sam_usb import PREFIX, UsbSource
from devices.sources import CardSource, ChipSerial, ReaderStatus
from devices.usb_ids import KNOWN, UsbId
from devices.vendor_http import VENDORS, VendorSource

Kind = Literal["local", "pcsc", "serial", "usb", "cvr", "synjones", "zkteco"]
"""`local` is whatever there is at this machine."""
PORT_NAMES = ("/dev/", "COM")
"""How the names of serial ports begin, and those of PC/SC readers do not."""
NOT_PCSC = (*PORT_NAMES, PREFIX)


def choose(
    kind: Kind,
    reader: str = "",
    profiles: Sequence[BlockProfile] = PROFILES,
    usb_ids: Sequence[UsbId] = KNOWN,
) -> CardSource:
    """The driver of a kind.

    `reader` is the name of a PC/SC or USB reader (its beginning) or a serial port; empty means the first.
    """
    match kind:
        case "pcsc":
            return PcscSource(reader or None, profiles)
        case "serial":
            return SerialSource(reader)
        case "usb":
            return UsbSource(reader, usb_ids)
        case "local":
            return _whatever_there_is(reader, profiles, usb_ids)
        case _:
            return VendorSource(VENDORS[kind])


def _whatever_there_is(reader: str, profiles: Sequence[BlockProfile], usb_ids: Sequence[UsbId]) -> CardSource:
    if reader.startswith(PORT_NAMES):
        return SerialSource(reader)
    if reader.startswith(PREFIX):
        return UsbSource(reader, usb_ids)
    services = map(VendorSource, VENDORS.values())
    # A maker's service that runs holds the reader itself, and gives the photo too: it comes before plain USB.
    return PluggedIn(PcscSource(reader or None, profiles), (*services, UsbSource("", usb_ids)))


@dataclass(frozen=True)
class PluggedIn:
    """A PC/SC reader where there is one, else the first maker's service that runs, else a USB module of a known make.

    Serial ports are not tried: what else hangs on one would get bytes that are not for it. They are named in the settings.
    """

    pcsc: CardSource
    others: tuple[CardSource, ...]

    def status(self) -> ReaderStatus:
        """The state of the driver in use; PC/SC's own where nothing is plugged in. Never raises."""
        return self._chosen()[1]

    def read(self, timeout: float) -> CardReading | ChipSerial:
        """Read the card through the driver in use. Raises ReaderError."""
        return self._chosen()[0].read(timeout)

    def _chosen(self) -> tuple[CardSource, ReaderStatus]:
        own = self.pcsc.status()
        if own.reader is None:
            for other in self.others:
                state = other.status()
                if state.reader is not None or state.state == "reader_denied":
                    return other, state
        return self.pcsc, own
