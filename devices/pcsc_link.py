"""The PC/SC calls themselves: contexts, readers, their states, one exclusive connection to a card.

pyscard's own classes keep threads and contexts that die with the daemon; its plain functions return a code for every
call, so a daemon that is missing, late or restarted is one code among others. Nothing is kept between two calls here.
pyscard is imported when it is first needed: everything else runs without it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from devices.sources import ReaderError

BUSY_SECONDS = 1.5
"""How long another program may hold a card before the clerk is told. Windows itself looks at every new card."""
STEP_SECONDS = 0.1
NOTIFY_MILLISECONDS = 250

CODES = {
    0x8010001D: "daemon_missing",  # SCARD_E_NO_SERVICE
    0x8010001E: "daemon_missing",  # SCARD_E_SERVICE_STOPPED
    0x80100013: "daemon_missing",  # SCARD_F_COMM_ERROR: the daemon went away in the middle of a call
    0x80100003: "daemon_missing",  # SCARD_E_INVALID_HANDLE: it came back and knows nothing of us
    0x8010002E: "no_reader",  # SCARD_E_NO_READERS_AVAILABLE
    0x80100009: "reader_removed",  # SCARD_E_UNKNOWN_READER
    0x80100017: "reader_removed",  # SCARD_E_READER_UNAVAILABLE
    0x8010000C: "no_card",  # SCARD_E_NO_SMARTCARD
    0x80100069: "card_removed",  # SCARD_W_REMOVED_CARD
    0x80100068: "card_removed",  # SCARD_W_RESET_CARD: lifted and put back within one exchange
    0x80100067: "not_an_id_card",  # SCARD_W_UNPOWERED_CARD
    0x80100066: "not_an_id_card",  # SCARD_W_UNRESPONSIVE_CARD
    0x80100065: "not_an_id_card",  # SCARD_W_UNSUPPORTED_CARD
    0x8010000F: "not_an_id_card",  # SCARD_E_PROTO_MISMATCH
    0x8010000B: "reader_busy",  # SCARD_E_SHARING_VIOLATION
    0x8010000A: "timeout",  # SCARD_E_TIMEOUT
    0x80100016: "card_removed",  # SCARD_E_NOT_TRANSACTED: a contactless card leaves the field
}
"""The code that each of PC/SC's own stands for; what is not here is `read_failed`."""
TIMEOUT = 0x8010000A


@dataclass(frozen=True)
class Seen:
    """A reader and what lies on it."""

    name: str
    has_card: bool
    events: int
    """Cards laid down and lifted since the daemon runs, modulo 65,536."""


class Link:
    """A connected card. Used by one thread, inside `connected`."""

    def __init__(self, scard: ModuleType, handle: Any, protocol: Any, atr: bytes) -> None:
        self._scard = scard
        self._handle = handle
        self._protocol = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        self.atr = atr

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        """Send an APDU: the data and the status word. Raises ReaderError."""
        code, answer = self._scard.SCardTransmit(self._handle, self._protocol, list(apdu))
        check(code)
        if len(answer) < 2:
            raise ReaderError("card_removed", "an answer without status word")
        return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]


def load_scard() -> ModuleType:
    """pyscard's functions. Raises ReaderError `pyscard_missing` where it, or the system's PC/SC, is not installed."""
    try:
        from smartcard import scard  # noqa: PLC0415  the program runs without it
    except (ImportError, OSError) as error:
        raise ReaderError("pyscard_missing", type(error).__name__) from None
    loaded: ModuleType = scard
    return loaded


def check(code: int) -> None:
    """Raise ReaderError for what a PC/SC call returned, unless all is well."""
    if code:
        code &= 0xFFFFFFFF
        raise ReaderError(CODES.get(code, "read_failed"), f"{code:08X}")


@contextmanager
def context() -> Iterator[tuple[ModuleType, Any]]:
    """A PC/SC context for some calls of one thread. Raises ReaderError."""
    scard = load_scard()
    code, handle = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    check(code)
    try:
        yield scard, handle
    finally:
        scard.SCardReleaseContext(handle)


def seen_readers(scard: ModuleType, handle: Any, wait_milliseconds: int = 0) -> list[Seen]:
    """All readers and what lies on them; waits for a change from "no card" where asked to. Raises ReaderError."""
    code, names = scard.SCardListReaders(handle, [])
    if code & 0xFFFFFFFF == 0x8010002E or (not code and not names):
        return []
    check(code)
    first = scard.SCARD_STATE_UNAWARE
    code, states = scard.SCardGetStatusChange(handle, 0, [(name, first) for name in names])
    check(code)
    if wait_milliseconds and not any(state & scard.SCARD_STATE_PRESENT for _name, state, _atr in states):
        known = [(name, state) for name, state, _atr in states]
        code, states = scard.SCardGetStatusChange(handle, wait_milliseconds, known)
        if code & 0xFFFFFFFF != TIMEOUT:
            check(code)
    return [
        Seen(name, bool(state & scard.SCARD_STATE_PRESENT), state >> 16 & 0xFFFF)
        for name, state, _atr in states
        if not state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE)
    ]


@contextmanager
def connected(name: str) -> Iterator[Link]:
    """The card on a reader, to ourselves alone: no other program can put its own APDUs between ours.

    Raises ReaderError: `reader_busy` where another program keeps the card for longer than 1.5 s.
    """
    with context() as (scard, handle):
        card, protocol = _connect(scard, handle, name)
        try:
            code, _name, _state, _protocol, atr = scard.SCardStatus(card)
            check(code)
            yield Link(scard, card, protocol, bytes(atr))
        finally:
            scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)


def _connect(scard: ModuleType, handle: Any, name: str) -> tuple[Any, Any]:
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        code, card, protocol = scard.SCardConnect(handle, name, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        if CODES.get(code & 0xFFFFFFFF) != "reader_busy" or time.monotonic() > deadline:
            check(code)
            return card, protocol
        time.sleep(STEP_SECONDS)
