"""Reading a resident card through a SAM_V module: find, select, read, whatever the wire is.

The fingerprint (30 10) is never asked for.
"""

import time
from dataclasses import replace
from datetime import date

from devices import sam_frames
from devices.photo import decoded
from devices.resident_card import BLOCK_BYTES, BlockError, CardReading, parse_block
from devices.sam_frames import FOUND, NO_CARD, SUCCESS, Wire
from devices.sources import ReaderError

FIND_SECONDS, FIND_POLL_SECONDS, SELECT_SECONDS, READ_SECONDS = 1.0, 0.3, 1.0, 5.0
ADDRESS_OFFSET, ADDRESS_BYTES = 52, 70
WITH_ADDRESS = (" ", "J")
"""Flags of the cards that have an address where the newest one would stand."""


def is_there(wire: Wire) -> bool:
    """Whether a module answers and is well."""
    try:
        return sam_frames.exchange(wire, sam_frames.STATUS, FIND_SECONDS).status == SUCCESS
    except ReaderError as error:
        if error.code in {"timeout", "read_failed"}:
            return False
        raise


def read_card(wire: Wire, timeout: float, *, today: date, source: str) -> CardReading:
    """Read a card, waiting up to `timeout` seconds for one. Raises ReaderError.

    A card that was read does not answer until it is lifted: a module finds nothing then, as with no card.
    """
    find_card(wire, timeout)
    try:
        return _read_found(wire, today, source)
    except ReaderError as error:
        if error.code not in {"read_failed", "timeout"}:
            raise
    # After any failure the module wants the whole order anew; a card moved a little answers the second time.
    try:
        find_card(wire, FIND_SECONDS)
        return _read_found(wire, today, source)
    except ReaderError as error:
        raise (ReaderError("read_failed", error.detail) if error.code == "timeout" else error) from None


def find_card(wire: Wire, timeout: float) -> None:
    """Wait for a card. Raises ReaderError: `timeout` where none came."""
    deadline = time.monotonic() + timeout
    while True:
        answer = sam_frames.exchange(wire, sam_frames.FIND, FIND_SECONDS)
        if answer.status == FOUND:
            return
        if answer.status != NO_CARD:
            answer.need(FOUND)
        if time.monotonic() >= deadline:
            raise ReaderError("timeout", "no card")
        time.sleep(FIND_POLL_SECONDS)


def _read_found(wire: Wire, today: date, source: str) -> CardReading:
    sam_frames.exchange(wire, sam_frames.SELECT, SELECT_SECONDS).need(SUCCESS)
    data = sam_frames.exchange(wire, sam_frames.READ_TEXT_AND_PHOTO, READ_SECONDS).need(SUCCESS)
    text, photo = _parts(data)
    try:
        reading = parse_block(_with_address(text, _newest_address(wire)), today=today, source=source)
    except BlockError as error:
        raise ReaderError("bad_data", error.code) from None
    return replace(reading, photo=decoded(photo), raw=text)


def _parts(data: bytes) -> tuple[bytes, bytes]:
    """Text and photo: their lengths stand before them."""
    text_length, photo_length = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    text, photo = data[4 : 4 + text_length], data[4 + text_length : 4 + text_length + photo_length]
    if text_length != BLOCK_BYTES or len(photo) != photo_length:
        raise ReaderError("bad_data", f"{text_length} + {photo_length} bytes")
    return text, photo


def _newest_address(wire: Wire) -> bytes:
    """The address that was written to the card after it was issued; most cards have none."""
    answer = sam_frames.exchange(wire, sam_frames.READ_NEWEST_ADDRESS, READ_SECONDS)
    return answer.data if answer.status == SUCCESS and len(answer.data) == ADDRESS_BYTES else b""


def _with_address(block: bytes, newest: bytes) -> bytes:
    flag = block[248:250].decode("utf-16-le", "replace")
    if flag not in WITH_ADDRESS or not newest.decode("utf-16-le", "replace").strip(" \0"):
        return block
    return block[:ADDRESS_OFFSET] + newest + block[ADDRESS_OFFSET + ADDRESS_BYTES :]
