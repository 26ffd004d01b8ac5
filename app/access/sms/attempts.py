"""One retry, and only after an attempt that the gateway certainly did not accept: no code is lost, none is doubled."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.access.sms.contract import Receipt

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Attempt:
    """The outcome of one attempt, and whether another one is safe."""

    receipt: Receipt
    again: bool = False


def deliver(attempt: Callable[[], Attempt], message_id: str) -> Receipt:
    """Try, and try again where that is safe."""
    first = attempt()
    if not first.again:
        return first.receipt
    log.info("sms %s: second attempt after %s", message_id, first.receipt.detail)
    time.sleep(PAUSE_SECONDS)
    second = attempt().receipt
    if first.receipt.status == "unknown" and second.status == "refused":
        return Receipt("unknown", "", second.detail)
    return second


def accepted(gateway_id: str) -> Attempt:
    """The gateway took the message."""
    return Attempt(Receipt("accepted", gateway_id, ""))


def refused(detail: str, *, again: bool = False) -> Attempt:
    """The message did certainly not leave."""
    return Attempt(Receipt("refused", "", detail), again)


def unknown(detail: str, *, again: bool = False) -> Attempt:
    """The message may have left."""
    return Attempt(Receipt("unknown", "", detail), again)


def by_status(status: int) -> Attempt:
    """What an HTTP status other than 2xx means (RFC 9110, section 15)."""
    detail = f"http_{status}"
    if status in (429, 503):
        return refused(detail, again=True)
    if status == 502:
        # The proxy did not get a usable answer: tried again with the same id, but never called a certain refusal.
        return unknown(detail, again=True)
    return unknown(detail) if status >= 500 else refused(detail)
