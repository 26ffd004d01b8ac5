"""Modules on USB: found by their ids, taken from the system's driver, and every failure of the cable told."""

import errno

import pytest

from devices import sam_source
from devices.drivers import choose
from devices.sam_usb import UsbSource
from devices.sources import ReaderError
from devices.usb_ids import KNOWN, UsbIdError, parse_ids
from devices.virtual_cards import block_of
from tests.devices.cards import RESIDENT
from tests.devices.sam import Module
from tests.devices.usb_bus import Bus, plug

NAME = "USB 0400:C35A 001-004"


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    monkeypatch.setattr(sam_source, "_read_before", set())
    bus = Bus(Module(block_of(RESIDENT)), "packets")
    plug(monkeypatch, bus)
    return bus


def failed(source: UsbSource) -> tuple[str, str]:
    with pytest.raises(ReaderError) as error:
        source.read(0.1)
    return source.status().state, error.value.code


def test_a_reader_is_found_by_its_ids_and_taken_from_the_systems_driver(bus: Bus) -> None:
    assert (UsbSource().status().reader, UsbSource().status().state) == (NAME, "no_card")
    assert bus.driver_taken
    assert UsbSource("USB 0400").read(1).number == RESIDENT["number"]
    assert UsbSource("USB 2B19").status().state == "no_reader"


def test_an_operator_names_another_makes_ids(bus: Bus) -> None:
    bus.identity = (0x1234, 0xABCD)
    assert UsbSource().status().state == "no_reader"
    own = choose("usb", usb_ids=parse_ids("0400:c35a, 1234:ABCD"))
    assert own.status().reader == "USB 1234:ABCD 001-004"


def test_the_page_may_choose_a_reader_by_its_name(bus: Bus) -> None:
    source = choose("local", NAME)
    assert isinstance(source, UsbSource)
    assert getattr(source.read(1), "source", "") == "sam"


def test_the_default_setting_is_what_is_publicly_known() -> None:
    from app.settings import Settings

    assert parse_ids(Settings.model_fields["usb_readers"].default) == KNOWN


@pytest.mark.parametrize("text", ["0400", "0400:C35A:1", "x:y", "10000:1", "0400:C35A;2B19:0200"])
def test_what_are_no_ids_is_told(text: str) -> None:
    with pytest.raises(UsbIdError):
        parse_ids(text)


def test_a_reader_that_is_not_plugged_in(bus: Bus) -> None:
    bus.plugged = False
    assert failed(UsbSource()) == ("no_reader", "no_reader")


def test_a_reader_that_another_program_holds(bus: Bus) -> None:
    bus.busy = errno.EBUSY
    assert failed(UsbSource()) == ("no_reader", "reader_busy")


def test_a_reader_that_this_user_may_not_open(bus: Bus) -> None:
    bus.busy = errno.EACCES
    assert failed(UsbSource()) == ("reader_denied", "reader_denied")


def test_a_cable_pulled_in_the_middle(bus: Bus) -> None:
    bus.failure = errno.ENODEV
    assert failed(UsbSource()) == ("no_reader", "reader_removed")


def test_without_libusb_the_state_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plug(monkeypatch, None)
    assert failed(UsbSource()) == ("usb_missing", "usb_missing")


def test_without_pyusb_the_state_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "usb.core", None)
    assert failed(UsbSource()) == ("usb_missing", "usb_missing")
