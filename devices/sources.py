"""What every way to a card has in common: a state, a reading, and errors with stable codes.

Drivers (PC/SC here; a serial module, a vendor's service or a desk's agent elsewhere) differ in how they reach the card.
All of them end in the same `CardReading`, or in the chip's serial where a reader can get no more.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from devices.resident_card import CardReading

ReaderState = Literal[
    "pyscard_missing", "daemon_missing", "usb_missing", "reader_denied", "no_reader", "no_card", "card_present"
]
"""`pyscard_missing`, `daemon_missing`, `usb_missing`, `reader_denied`: nothing can be read before somebody mends it."""


@dataclass(frozen=True)
class ReaderStatus:
    """How a reader stands now. `reader` is the one in use, `readers` are all that are plugged in."""

    state: ReaderState
    reader: str | None = None
    readers: tuple[str, ...] = ()
    card: str = ""
    """Another text for each time a card is laid down, also where nobody saw the reader empty; empty if not known."""


class ReaderError(Exception):
    """A read that came to nothing. `code` is stable: a `ReaderState`, or one of the following.

    `timeout`, `card_removed`, `reader_removed`, `not_an_id_card`, `reader_busy`, `read_failed`, `bad_data`.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class ChipSerial:
    """All that a bare contactless reader gets from a resident card: 8 bytes, the same for as long as the card lives."""

    value: bytes = field(repr=False)


class CardSource(Protocol):
    """One driver, bound to one reader (or to whichever has a card)."""

    def status(self) -> ReaderStatus:
        """The state now, without waiting. Never raises."""
        ...

    def read(self, timeout: float) -> CardReading | ChipSerial:
        """What the card gives, waiting up to `timeout` seconds for one. Raises ReaderError."""
        ...
