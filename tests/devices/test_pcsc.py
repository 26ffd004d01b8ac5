"""Readers and cards through a real pcscd, the virtual reader of vsmartcard, and our virtual card."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.dossiers.card_messages import reader_text
from devices import pcsc, pcsc_link
from devices.sources import ReaderError
from devices.virtual_cards import BareChip, OtherCard, ResidentCard, block_of
from devices.vpcd import CardPulled, Slot
from tests.devices.cards import ALL, JPEG, RESIDENT
from tests.devices.daemon import Daemon

WAIT = 5.0
FIRST = "Virtual PCD 00 00"


def eventually(wanted: str, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while (state := pcsc.status(None).state) != wanted:
        assert time.monotonic() < deadline, f"{state}, not {wanted}"
        time.sleep(0.02)


class PulledAt:
    """A card that is pulled when it is asked for the nth time."""

    def __init__(self, card: ResidentCard, step: int) -> None:
        self.atr = card.atr
        self._card = card
        self._left = step

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, apdu: bytes) -> bytes:
        if self._left == 0:
            raise CardPulled
        self._left -= 1
        return self._card.transmit(apdu)


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(ReaderError) as failed:
        read()
    return failed.value.code


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_a_card_of_every_layout_is_read_with_its_photo(slot: Slot, card: dict[str, object]) -> None:
    slot.lay(ResidentCard(block_of(card), JPEG))
    reading = pcsc.read_card(FIRST, timeout=WAIT)
    assert (reading.number, reading.name, reading.photo) == (card["number"], card["name"], JPEG)
    assert reading.source == "pcsc"


def test_the_state_follows_the_card(slot: Slot) -> None:
    eventually("no_card")
    slot.lay(ResidentCard(block_of(RESIDENT)))
    eventually("card_present")
    assert pcsc.status(None).reader == FIRST
    slot.lift()
    eventually("no_card")


def test_a_card_laid_down_while_waiting_is_read(slot: Slot) -> None:
    slot.lay(ResidentCard(block_of(RESIDENT)))
    slot.lift()
    eventually("no_card")
    slot.lay(ResidentCard(block_of(RESIDENT)))
    assert pcsc.read_card(None, timeout=WAIT).name == RESIDENT["name"]


@pytest.mark.usefixtures("slot")
def test_no_card_within_the_time_is_told() -> None:
    eventually("no_card")
    assert code_of(lambda: pcsc.read_card(None, timeout=0.3)) == "timeout"


DECODED = ResidentCard(block_of(RESIDENT), JPEG)
ENCIPHERED = ResidentCard(block_of(RESIDENT), photo=bytes(1024))
EXCHANGES = [*((DECODED, step) for step in range(1 + 5)), *((ENCIPHERED, step) for step in range(1 + 1 + 5))]
"""The text block and a picture in five parts; or the text block, no picture, and the photo in five parts."""


@pytest.mark.parametrize(("card", "step"), EXCHANGES)
def test_a_card_pulled_at_any_step_is_told_and_the_next_one_works(slot: Slot, card: ResidentCard, step: int) -> None:
    slot.lay(PulledAt(card, step))
    assert code_of(lambda: pcsc.read_card(FIRST, timeout=WAIT)) == "card_removed"
    slot.lay(card)
    assert pcsc.read_card(FIRST, timeout=WAIT).name == RESIDENT["name"]


@pytest.mark.parametrize(("card", "exchanges"), [(DECODED, 6), (ENCIPHERED, 7)])
def test_those_are_all_the_steps(slot: Slot, card: ResidentCard, exchanges: int) -> None:
    slot.lay(PulledAt(card, exchanges))
    assert pcsc.read_card(FIRST, timeout=WAIT).name == RESIDENT["name"]


def test_another_kind_of_card_is_told(slot: Slot) -> None:
    slot.lay(OtherCard())
    assert code_of(lambda: pcsc.read_card(FIRST, timeout=WAIT)) == "not_an_id_card"


def test_a_bare_contactless_reader_gives_the_chips_serial(slot: Slot) -> None:
    slot.lay(BareChip(bytes(range(8))))
    assert pcsc.PcscSource(FIRST).read(WAIT) == pcsc.ChipSerial(bytes(range(8)))
    assert code_of(lambda: pcsc.read_card(FIRST, timeout=WAIT)) == "not_an_id_card"


def test_the_daemon_may_be_missing_come_late_and_come_back(slot: Slot, pcscd: Daemon) -> None:
    slot.lay(ResidentCard(block_of(RESIDENT)))
    pcscd.stop()
    assert pcsc.status(None).state == "daemon_missing"
    assert code_of(lambda: pcsc.read_card(None, timeout=WAIT)) == "daemon_missing"
    pcscd.start()
    assert pcsc.read_card(None, timeout=WAIT).name == RESIDENT["name"]


def test_each_reader_is_read_by_its_name(slot: Slot, pcscd: Daemon) -> None:
    other = {**RESIDENT, "name": "李四"}
    second = Slot(pcscd.port + 1)
    slot.lay(ResidentCard(block_of(RESIDENT)))
    second.lay(ResidentCard(block_of(other)))
    try:
        assert pcsc.read_card("Virtual PCD 00 01", timeout=WAIT).name == "李四"
        assert pcsc.read_card("Virtual PCD 00 00", timeout=WAIT).name == RESIDENT["name"]
        assert len(pcsc.status(None).readers) == 2
    finally:
        second.lift()


@pytest.mark.usefixtures("slot")
def test_a_reader_may_be_unplugged_and_come_back(pcscd: Daemon) -> None:
    pcscd.unplug()
    try:
        assert pcsc.status(None).state == "no_reader"
        assert code_of(lambda: pcsc.read_card(None, timeout=WAIT)) == "no_reader"
    finally:
        pcscd.plug()
    assert pcsc.status(None).state == "no_card"


class DaemonStops:
    """A card during whose exchange the daemon goes away, as when the reader's cable takes the hub with it."""

    def __init__(self, daemon: Daemon) -> None:
        self.atr = DECODED.atr
        self._daemon = daemon

    def reset(self) -> None:
        """Nothing is kept between two APDUs."""

    def transmit(self, apdu: bytes) -> bytes:
        assert apdu
        self._daemon.stop()
        raise CardPulled


def test_a_daemon_that_stops_in_the_middle_is_told_and_the_next_read_works(slot: Slot, pcscd: Daemon) -> None:
    slot.lay(DaemonStops(pcscd))
    assert code_of(lambda: pcsc.read_card(None, timeout=WAIT)) == "daemon_missing"
    pcscd.start()
    slot.lay(DECODED)
    assert pcsc.read_card(None, timeout=WAIT).photo == JPEG


def test_a_reader_that_another_program_holds_is_told_and_works_when_it_lets_go(slot: Slot) -> None:
    slot.lay(DECODED)
    eventually("card_present")
    with pcsc_link.context() as (scard, handle):
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, card, _protocol = scard.SCardConnect(handle, FIRST, scard.SCARD_SHARE_SHARED, protocols)
        assert code == 0
        assert code_of(lambda: pcsc.read_card(FIRST, timeout=WAIT)) == "reader_busy"
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    assert pcsc.read_card(FIRST, timeout=WAIT).photo == JPEG


def test_two_windows_of_this_server_read_one_after_the_other(slot: Slot) -> None:
    slot.lay(DECODED)
    with ThreadPoolExecutor(4) as pool:
        readings = list(pool.map(lambda _window: pcsc.read_card(FIRST, timeout=WAIT), range(8)))
    assert {reading.photo for reading in readings} == {JPEG}


def test_a_card_laid_down_again_is_another_one(slot: Slot) -> None:
    slot.lay(DECODED)
    eventually("card_present")
    first = pcsc.status(None).card
    assert first == pcsc.status(None).card != ""
    slot.lift()
    eventually("no_card")
    assert pcsc.status(None).card == ""
    slot.lay(DECODED)
    eventually("card_present")
    assert pcsc.status(None).card not in {"", first}


@pytest.mark.parametrize(("returned", "code"), [*pcsc_link.CODES.items(), (0x80100001, "read_failed")])
def test_every_code_of_pcsc_is_a_message_for_the_clerk(returned: int, code: str) -> None:
    assert code_of(lambda: pcsc_link.check(returned)) == code
    assert code_of(lambda: pcsc_link.check(returned - (1 << 32))) == code  # as Windows gives it
    assert reader_text(code)


def test_without_pyscard_the_state_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smartcard", None)
    assert pcsc.status(None).state == "pyscard_missing"
    assert code_of(lambda: pcsc.read_card(None, timeout=WAIT)) == "pyscard_missing"


@pytest.mark.usefixtures("slot")
def test_a_reader_that_is_not_there_is_told() -> None:
    assert pcsc.status("Some other reader").state == "no_reader"
    assert code_of(lambda: pcsc.read_card("Some other reader", timeout=WAIT)) == "no_reader"
