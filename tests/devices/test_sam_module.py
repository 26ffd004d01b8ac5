"""Resident cards through a SAM_V module, whatever the wire: the published frames, the order, the module's moods."""

import os
import threading
import time
import tty
from collections.abc import Iterator

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from devices import sam_frames, sam_module, sam_source
from devices.sam_serial import SerialSource
from devices.sam_source import SamSource
from devices.sam_usb import UsbSource
from devices.sources import ReaderError
from devices.virtual_cards import block_of
from tests.devices import sam, usb_bus
from tests.devices.cards import ALL, RESIDENT

ADDRESS = "某省某市某区新街 8 号".ljust(35)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module of the tests answers at once: what waits for a silent one need not wait long."""
    monkeypatch.setattr(sam_module, "FIND_POLL_SECONDS", 0.02)
    monkeypatch.setattr(sam_module, "FIND_SECONDS", 0.15)
    monkeypatch.setattr(sam_module, "SELECT_SECONDS", 0.15)
    monkeypatch.setattr(sam_source, "_read_before", set())


@pytest.fixture
def module() -> sam.Module:
    return sam.Module(block_of(RESIDENT))


@pytest.fixture(params=["serial", "pipes", "packets"])
def source(request: pytest.FixtureRequest, module: sam.Module, monkeypatch: pytest.MonkeyPatch) -> Iterator[SamSource]:
    """The module on a serial port, on the four pipes of the module itself, and behind a reader with packets."""
    if request.param != "serial":
        usb_bus.plug(monkeypatch, usb_bus.Bus(module, request.param))
        yield UsbSource()
        return
    with sam.on_a_port(module) as port:
        yield SerialSource(port)


def code_of(source: SamSource, timeout: float = 0.1) -> str:
    with pytest.raises(ReaderError) as failed:
        source.read(timeout)
    return failed.value.code


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        ((0x10, 0xFF), "AAAAAA9669000310FFEC"),
        (sam_frames.STATUS, "AAAAAA9669000311FFED"),
        ((0x12, 0xFF), "AAAAAA9669000312FFEE"),
        (sam_frames.FIND, "AAAAAA96690003200122"),
        (sam_frames.SELECT, "AAAAAA96690003200221"),
        (sam_frames.READ_TEXT_AND_PHOTO, "AAAAAA96690003300132"),
        (sam_frames.READ_NEWEST_ADDRESS, "AAAAAA96690003300330"),
    ],
)
def test_commands_are_the_published_frames(command: sam_frames.Command, frame: str) -> None:
    assert sam_frames.request(command).hex().upper() == frame


def test_a_whole_answer_is_1295_bytes_long(module: sam.Module) -> None:
    for command in (sam.FIND, sam.SELECT):
        module.answer_to(command)
    answer = module.answer_to(sam.READ)
    assert answer is not None
    assert (len(answer), answer[5:10].hex()) == (1295, "0508000090")


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_a_card_of_every_layout_is_read(card: dict[str, object]) -> None:
    with sam.on_a_port(sam.Module(block_of(card))) as port:
        reading = SerialSource(port).read(1)
    assert (reading.number, reading.name, reading.source) == (card["number"], card["name"], "sam")
    assert reading.raw == block_of(card)


def test_the_order_is_find_select_read_and_the_fingerprint_is_not_asked_for(
    source: SamSource, module: sam.Module
) -> None:
    source.read(1)
    assert module.asked == [sam.FIND, sam.SELECT, sam.READ, sam.ADDRESS]


def test_the_newest_address_stands_in_the_place_of_the_printed_one(source: SamSource, module: sam.Module) -> None:
    module.address = ADDRESS.encode("utf-16-le")
    reading = source.read(1)
    assert reading.address == "某省某市某区新街 8 号"
    assert reading.raw == block_of(RESIDENT)


def test_a_module_without_the_address_command_is_no_obstacle(source: SamSource, module: sam.Module) -> None:
    module.faults[sam.ADDRESS] = [sam_frames.answer(b"\x00\x00\x21")]
    assert source.read(1).address == RESIDENT["address"]


def test_a_card_that_was_read_has_to_be_lifted(source: SamSource, module: sam.Module) -> None:
    source.read(1)
    assert code_of(source) == "lift_card"
    module.lay(block_of(RESIDENT))
    assert source.read(1).number == RESIDENT["number"]


def test_without_a_card_the_wait_ends(source: SamSource, module: sam.Module) -> None:
    module.block = None
    started = time.monotonic()
    assert code_of(source, 0.2) == "timeout"
    assert 0.2 <= time.monotonic() - started < 1


def test_a_card_that_comes_while_waiting_is_read(source: SamSource, module: sam.Module) -> None:
    module.faults[sam.FIND] = [sam.NOT_FOUND] * 5
    assert source.read(2).number == RESIDENT["number"]


@pytest.mark.parametrize("command", [sam.SELECT, sam.READ])
@pytest.mark.parametrize("failure", [sam.NOT_SELECTED, sam.NOT_READ, None])
def test_one_failure_is_made_good_by_the_whole_order_anew(
    source: SamSource, module: sam.Module, command: bytes, failure: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sam_module, "READ_SECONDS", 0.15)
    module.faults[command] = [failure]
    assert source.read(1).number == RESIDENT["number"]
    assert module.asked.count(sam.FIND) == 2


@pytest.mark.parametrize("status", sam_frames.CODES)
def test_every_status_of_the_module_has_a_code(source: SamSource, module: sam.Module, status: int) -> None:
    module.faults[sam.SELECT] = [sam_frames.answer(bytes([0, 0, status]))] * 2
    assert code_of(source, 1) == sam_frames.CODES[status]


def test_a_bad_check_byte_is_no_reading(source: SamSource, module: sam.Module) -> None:
    broken = sam.SELECTED[:-1] + b"\x00"
    module.faults[sam.SELECT] = [broken, broken]
    assert code_of(source, 1) == "read_failed"


def test_a_text_of_another_length_is_no_reading(source: SamSource, module: sam.Module) -> None:
    module.faults[sam.READ] = [sam_frames.answer(b"\x00\x00\x90", bytes.fromhex("00100000") + bytes(16))]
    assert code_of(source, 1) == "bad_data"


def test_noise_before_a_frame_is_passed_over(module: sam.Module) -> None:
    module.noise = bytes.fromhex("00AAAA9669FFAAAA")
    with sam.on_a_port(module) as port:
        assert SerialSource(port).read(1).number == RESIDENT["number"]


def test_the_state_is_asked_of_the_module_without_touching_the_card(source: SamSource, module: sam.Module) -> None:
    assert (source.status().state, source.status().reader) == ("no_card", source.names()[0])
    assert set(module.asked) == {sam.STATUS}
    module.faults[sam.STATUS] = [None]
    assert source.status().state == "no_reader"


def test_a_port_that_is_not_there_says_so() -> None:
    source = SerialSource("/dev/ttyNotThere")
    assert (source.status().state, code_of(source)) == ("no_reader", "no_reader")


def test_a_port_in_use_says_so(module: sam.Module) -> None:
    with sam.on_a_port(module) as port, serial.Serial(port, exclusive=True):
        assert code_of(SerialSource(port)) == "reader_busy"


def test_a_cable_pulled_in_the_middle_says_so() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port = os.ttyname(theirs)

    def pull() -> None:
        os.read(ours, 16)
        os.close(ours)

    puller = threading.Thread(target=pull)
    puller.start()
    assert code_of(SerialSource(port), 1) == "reader_removed"
    puller.join()
    os.close(theirs)


class Fixed:
    """A wire on which given bytes come."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def write(self, content: bytes, /) -> None:
        pass

    def read(self, most: int, _seconds: float, /) -> bytes:
        part, self.content = self.content[:most], self.content[most:]
        return part


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_an_answer_or_an_error_with_a_code(content: bytes, framed: bool) -> None:
    try:
        sam_frames.exchange(Fixed((sam_frames.PREAMBLE if framed else b"") + content), sam_frames.FIND, 1)
    except ReaderError as error:
        assert error.code in {"timeout", "read_failed"}


@given(st.binary(min_size=3, max_size=3), st.binary(max_size=1500))
def test_an_answer_is_read_as_it_was_sent(statuses: bytes, data: bytes) -> None:
    answer = sam_frames.exchange(Fixed(sam_frames.answer(statuses, data)), sam_frames.FIND, 1)
    assert (answer.status, answer.data) == (statuses[2], data)
