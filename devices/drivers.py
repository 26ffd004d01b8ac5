"""Which driver reads the card: the one that the settings name, or whichever finds something plugged in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from devices.card_blocks import PROFILES, BlockProfile
from devices.pcsc import PcscSource
from devices.resident_card import CardReading
from devices.sam_serial import SerialSource
from devices.sources import CardSource, ChipSerial, ReaderStatus
from devices.vendor_http import VENDORS, VendorSource

Kind = Literal["local", "pcsc", "serial", "cvr", "synjones", "zkteco"]
"""`local` is whatever there is at this machine."""
PORT_NAMES = ("/dev/", "COM")
"""How the names of serial ports begin, and those of PC/SC readers do not."""


def choose(kind: Kind, reader: str = "", profiles: Sequence[BlockProfile] = PROFILES) -> CardSource:
    """The driver of a kind. `reader` is a PC/SC reader's name (its beginning) or a serial port; empty means the first."""
    match kind:
        case "pcsc":
            return PcscSource(reader or None, profiles)
        case "serial":
            return SerialSource(reader)
        case "local" if reader.startswith(PORT_NAMES):
            return SerialSource(reader)
        case "local":
            return PluggedIn(PcscSource(reader or None, profiles), tuple(map(VendorSource, VENDORS.values())))
        case _:
            return VendorSource(VENDORS[kind])


@dataclass(frozen=True)
class PluggedIn:
    """A PC/SC reader where there is one, else the first maker's service that runs.

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
                if state.reader is not None:
                    return other, state
        return self.pcsc, own
