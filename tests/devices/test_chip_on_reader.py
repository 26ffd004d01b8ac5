"""Travel documents through a real pcscd, the virtual reader of vsmartcard, and our virtual chip."""

from datetime import date, timedelta

import pytest

from devices.simulator import chip_of
from devices.sources import ReaderError
from devices.travel_document.authenticity import Verdict
from devices.travel_document.errors import DocumentError
from devices.travel_document.reader import Key
from devices.travel_document.source import ChipReading, read_chip
from devices.virtual_cards import ResidentCard, block_of
from devices.virtual_passport.described import zone_of
from devices.vpcd import CardPulled, Slot
from tests.devices.cards import RESIDENT
from tests.devices.documents import AES_ON_BRAINPOOL, CAN, NOW, PASSPORT, PERMIT, chip, issuer, key_of

KEY = Key(mrz=key_of(PASSPORT))


def read(key: Key = KEY, *, extended: bool = False) -> ChipReading:
    return read_chip("Virtual PCD 00 00", key, timeout=5, now=NOW, extended=extended)


@pytest.mark.parametrize("extended", [False, True], ids=["short", "extended"])
def test_a_passport_gives_the_same_reading_as_a_card(slot: Slot, extended: bool) -> None:
    slot.lay(chip(signed_by=issuer(), picture="JPEG"))
    got = read(extended=extended)
    reading = got.reading
    assert (reading.document_type, reading.number, reading.source) == ("passport", "X1234567", "icao")
    assert (reading.name, reading.name_latin, reading.sex) == ("", "OKAFOR ADA MARIA", "2")
    assert reading.photo is not None
    assert reading.photo.startswith(b"\xff\xd8")
    assert (got.access, got.authenticity.verdict) == ("BAC", Verdict.ISSUER_UNKNOWN)


def test_a_permit_opened_by_its_digits_has_its_chinese_name(slot: Slot) -> None:
    slot.lay(chip(PERMIT, offers=(AES_ON_BRAINPOOL,), national_name="陳大文", personal_number="A1234567"))
    got = read(Key(can=CAN))
    assert (got.access, got.reading.document_type, got.reading.name) == ("PACE", "home_return", "陳大文")


@pytest.mark.parametrize(
    ("kind", "number"), [("passport", "E9"), ("home_return", "M00000001"), ("taiwan_permit", "00000001")]
)
def test_the_simulator_lays_a_travel_document_on_the_reader(slot: Slot, kind: str, number: str) -> None:
    card = {
        "document_type": kind, "number": number, "name_latin": "LIN CHIH MING", "name": "林志明", "sex": "1",
        "birth_date": "1988-02-29", "valid_to": "2030-05-01", "can": CAN,
    }  # fmt: skip
    slot.lay(chip_of(card))
    for key in (Key(can=CAN), Key(mrz=key_of(zone_of(card)))):
        reading = read(key).reading
        assert (reading.document_type, reading.number, reading.name) == (kind, number, "林志明")
        assert (reading.name_latin, reading.birth_date) == ("LIN CHIH MING", date(1988, 2, 29))


def test_an_expired_document_says_so(slot: Slot) -> None:
    slot.lay(chip())
    late = NOW + timedelta(days=3000)
    assert read_chip(None, KEY, timeout=5, now=late).reading.warnings == ("expired",)


def test_a_wrong_key_can_be_mended_without_lifting_the_document(slot: Slot) -> None:
    slot.lay(chip(offers=(AES_ON_BRAINPOOL,)))
    with pytest.raises(DocumentError, match="wrong_key"):
        read(Key(can="000000"))
    assert read().reading.number == "X1234567"


def test_a_resident_card_is_no_travel_document(slot: Slot) -> None:
    slot.lay(ResidentCard(block_of(RESIDENT)))
    with pytest.raises(DocumentError, match="not_a_travel_document"):
        read()


@pytest.mark.parametrize("step", [0, 3, 5, 20])
def test_a_document_pulled_in_the_middle_says_so_and_the_next_one_is_read(slot: Slot, step: int) -> None:
    document = chip(picture="JPEG")

    class Pulled:
        atr = document.atr
        left = step

        def reset(self) -> None:
            document.reset()

        def transmit(self, apdu: bytes) -> bytes:
            if self.left == 0:
                raise CardPulled
            self.left -= 1
            return document.transmit(apdu)

    slot.lay(Pulled())
    with pytest.raises(ReaderError) as failed:
        read()
    assert failed.value.code == "card_removed"
    slot.lay(document)
    assert read().reading.number == "X1234567"
