"""A SAM_V module as a card source: what is the same however its frames travel (`sam_serial`, `sam_usb`)."""

import threading
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from devices import sam_module
from devices.resident_card import CardReading
from devices.sam_frames import Wire
from devices.sources import ReaderError, ReaderState, ReaderStatus

SOURCE = "sam"
NOT_THERE: dict[str, ReaderState] = {"usb_missing": "usb_missing", "reader_denied": "reader_denied"}
"""Errors of opening that are a state of their own; after any other one there is no reader."""
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()
_read_before: set[str] = set()
"""Readers whose last read succeeded: the card that was read does not answer until it is lifted."""


class SamSource(ABC):
    """The driver but for its transport."""

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The readers that this driver may use, the one in use first. Raises ReaderError."""

    @abstractmethod
    def opened(self, name: str) -> AbstractContextManager[Wire]:
        """The way to a reader's module, to ourselves. Raises ReaderError."""

    def status(self) -> ReaderStatus:
        """Whether the module answers. It is not asked for a card: a card that was found has to be read. Never raises."""
        try:
            names = self.names()
            state = self._state(names[0]) if names else "no_reader"
        except ReaderError as error:
            return ReaderStatus(NOT_THERE.get(error.code, "no_reader"))
        return ReaderStatus(state, names[0], names) if state == "no_card" else ReaderStatus(state)

    def read(self, timeout: float) -> CardReading:
        """Read the card, waiting up to `timeout` seconds for one. Raises ReaderError.

        `lift_card`: none came, but the one that was read last may still lie there.
        """
        names = self.names()
        if not names:
            raise ReaderError("no_reader")
        name = names[0]
        lock = _lock(name)
        if not lock.acquire(timeout=timeout):
            raise ReaderError("reader_busy", "another window of this server")
        try:
            with self.opened(name) as wire:
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

    def _state(self, name: str) -> ReaderState:
        lock = _lock(name)
        if not lock.acquire(blocking=False):
            return "no_card"
        try:
            with self.opened(name) as wire:
                return "no_card" if sam_module.is_there(wire) else "no_reader"
        finally:
            lock.release()


def _lock(name: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(name, threading.Lock())
