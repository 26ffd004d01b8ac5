"""Readers and cards through PC/SC: the state of a reader, and a card's reading."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from devices import pcsc_link
from devices.card_blocks import PROFILES, BlockProfile, BlockReadError, profile_for, read_blocks
from devices.pcsc_link import Link, Seen
from devices.photo import decoded
from devices.resident_card import BlockError, CardReading, parse_block
from devices.sources import ChipSerial, ReaderError, ReaderStatus

__all__ = ["ChipSerial", "PcscSource", "ReaderError", "ReaderStatus", "card_link", "read_card", "status"]

SOURCE = "pcsc"
LOOK_AGAIN_SECONDS = 0.5
RESIDENT_CHIP_ATR = bytes.fromhex("3B888001D10386050080800058")
"""A resident card on a bare contactless reader: the chip itself, which opens to a security module only."""
GET_CHIP_SERIAL = bytes.fromhex("0036000008")

_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()


@dataclass(frozen=True)
class PcscSource:
    """The driver for readers at this machine. `reader`: the beginning of a reader's name, or the first with a card."""

    reader: str | None = None
    profiles: Sequence[BlockProfile] = PROFILES

    def status(self) -> ReaderStatus:
        """The state of the reader now, without waiting. Never raises."""
        try:
            with pcsc_link.context() as (scard, handle):
                seen = pcsc_link.seen_readers(scard, handle)
        except ReaderError as error:
            return ReaderStatus("pyscard_missing" if error.code == "pyscard_missing" else "daemon_missing")
        names = tuple(reader.name for reader in seen)
        chosen = self._choose(seen)
        if chosen is None:
            return ReaderStatus("no_reader", readers=names)
        if not chosen.has_card:
            return ReaderStatus("no_card", chosen.name, names)
        return ReaderStatus("card_present", chosen.name, names, card=f"{chosen.name} {chosen.events}")

    def read(self, timeout: float) -> CardReading | ChipSerial:
        """Read the card, waiting up to `timeout` seconds for one. Raises ReaderError.

        The daemon looks for cards every 0.4 s: one that was lifted, or changed for another, within that time answers as
        pulled, mute or broken, and so does one that left in the middle. So there is a second try when it has had time to
        look again.
        """
        try:
            return self._read_once(timeout)
        except ReaderError as error:
            if error.code not in {"card_removed", "not_an_id_card", "read_failed"}:
                raise
            time.sleep(LOOK_AGAIN_SECONDS)
            try:
                return self._read_once(LOOK_AGAIN_SECONDS)
            except ReaderError as again:
                raise (ReaderError("card_removed", error.detail) if again.code == "timeout" else again) from None

    def _read_once(self, timeout: float) -> CardReading | ChipSerial:
        with card_link(self.reader, timeout) as link:
            profile = profile_for(link.atr, self.profiles)
            if profile is not None:
                return _reading(link, profile)
            if link.atr == RESIDENT_CHIP_ATR:
                return _chip_serial(link)
            raise ReaderError("not_an_id_card", "ATR")

    def _choose(self, seen: Sequence[Seen]) -> Seen | None:
        ours = [reader for reader in seen if reader.name.startswith(self.reader or "")]
        return next((reader for reader in ours if reader.has_card), ours[0] if ours else None)

    def wait_for_card(self, timeout: float) -> str:
        """The name of the reader that has a card. Raises ReaderError: `timeout` where none came."""
        deadline = time.monotonic() + timeout
        while True:
            with pcsc_link.context() as (scard, handle):
                left = max(0, round((deadline - time.monotonic()) * 1000))
                seen = pcsc_link.seen_readers(scard, handle, min(left, pcsc_link.NOTIFY_MILLISECONDS))
            chosen = self._choose(seen)
            if chosen is None:
                raise ReaderError("no_reader")
            if chosen.has_card:
                return chosen.name
            if time.monotonic() >= deadline:
                raise ReaderError("timeout")


def status(reader: str | None) -> ReaderStatus:
    """The state of a reader (the beginning of its name), or of the first one. Never raises."""
    return PcscSource(reader).status()


def read_card(reader: str | None, *, timeout: float) -> CardReading:
    """Read the ID card on a reader, waiting up to `timeout` seconds for one. Raises ReaderError."""
    reading = PcscSource(reader).read(timeout)
    if isinstance(reading, ChipSerial):
        raise ReaderError("not_an_id_card", "a bare contactless reader")
    return reading


@contextmanager
def card_link(reader: str | None, timeout: float) -> Iterator[Link]:
    """The card on a reader, waiting up to `timeout` seconds for one, while no other thread reads it.

    Raises ReaderError. A card that is gone between being seen and being spoken to counts as pulled.
    """
    name = PcscSource(reader).wait_for_card(timeout)
    with _reader_to_ourselves(name, timeout):
        try:
            with pcsc_link.connected(name) as link:
                yield link
        except ReaderError as error:
            if error.code == "no_card":
                raise ReaderError("card_removed") from None
            raise


@contextmanager
def _reader_to_ourselves(name: str, timeout: float) -> Iterator[None]:
    with _locks_guard:
        lock = _locks.setdefault(name, threading.Lock())
    if not lock.acquire(timeout=timeout):
        raise ReaderError("reader_busy", "another window of this server")
    try:
        yield
    finally:
        lock.release()


def _reading(link: Link, profile: BlockProfile) -> CardReading:
    try:
        blocks = read_blocks(link.transmit, profile)
        photo = blocks.picture or decoded(blocks.photo)
        return parse_block(blocks.text, today=_today(), photo=photo, source=SOURCE)
    except BlockReadError as error:
        raise ReaderError("read_failed", str(error)) from None
    except BlockError as error:
        raise ReaderError("bad_data", error.code) from None


def _chip_serial(link: Link) -> ChipSerial:
    data, word = link.transmit(GET_CHIP_SERIAL)
    if word != 0x9000 or len(data) != 8:
        raise ReaderError("not_an_id_card", f"status {word:04X}")
    return ChipSerial(data)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
