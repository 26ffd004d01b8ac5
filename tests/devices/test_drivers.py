"""The driver is chosen by the settings, or by what is plugged in."""

import pytest

from devices import drivers
from devices.drivers import PluggedIn
from devices.pcsc import PcscSource
from devices.sam_serial import SerialSource
from devices.sources import CardSource
from devices.vendor_http import VENDORS, VendorSource
from devices.virtual_cards import ResidentCard, block_of
from devices.vpcd import Slot
from tests.devices import sam
from tests.devices.cards import RESIDENT
from tests.devices.test_vendor_http import answers
from tests.devices.vendor_service import running


@pytest.mark.parametrize(
    ("kind", "reader", "driver"),
    [
        ("pcsc", "", PcscSource(None)),
        ("pcsc", "ACS", PcscSource("ACS")),
        ("serial", "", SerialSource("")),
        ("serial", "COM3", SerialSource("COM3")),
        ("local", "/dev/ttyUSB0", SerialSource("/dev/ttyUSB0")),
        ("local", "COM3", SerialSource("COM3")),
        ("cvr", "", VendorSource(VENDORS["cvr"])),
        ("synjones", "", VendorSource(VENDORS["synjones"])),
        ("zkteco", "", VendorSource(VENDORS["zkteco"])),
    ],
)
def test_the_settings_name_a_driver(kind: drivers.Kind, reader: str, driver: CardSource) -> None:
    assert drivers.choose(kind, reader) == driver


def test_every_driver_ends_in_the_same_reading(slot: Slot) -> None:
    slot.lay(ResidentCard(block_of(RESIDENT)))
    readings = [drivers.choose("local").read(5)]
    with sam.on_a_port(sam.Module(block_of(RESIDENT))) as port:
        readings.append(drivers.choose("local", port).read(5))
    assert [type(reading) for reading in readings] == [type(readings[0])] * 2
    assert {getattr(reading, "source", "") for reading in readings} == {"pcsc", "sam"}
    assert len({getattr(reading, "raw", b"") for reading in readings}) == 1


def test_without_a_pcsc_reader_the_makers_service_that_runs_is_used(slot: Slot) -> None:
    slot.lift()
    with running({}) as gone:
        closed = gone.port
    with running(answers("zkteco", str(RESIDENT["number"]))) as service:
        others = (VendorSource(VENDORS["cvr"], closed), VendorSource(VENDORS["zkteco"], service.port))
        nowhere = PluggedIn(PcscSource("no such reader"), others)
        assert nowhere.status().reader == "zkteco"
        assert getattr(nowhere.read(2), "source", "") == "zkteco"
        # A reader that is plugged in comes first, with a card or without.
        assert PluggedIn(PcscSource(), others).status().reader == "Virtual PCD 00 00"
    assert nowhere.status().state == "no_reader"
