"""From a reading to a file: nothing is guessed, hints never refuse, chips open files, old values stay."""

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from app.access.rights import Actor
from app.dossiers import chips, history
from app.dossiers import service as dossiers
from app.dossiers.photo import card_photo
from app.dossiers.reading import identity_of, registered_area, warnings_of
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Dossier
from devices.resident_card import CardReading, parse_block
from devices.sources import ChipSerial
from devices.virtual_cards import block_of
from tests.devices.cards import ALL, FOREIGNER_2023, RESIDENT, TODAY
from tests.people import CLERK, IDENTITY, NUMBER, OTHER, REVIEWER

CHIP = ChipSerial(bytes(range(8)))


def read(card: dict[str, object]) -> CardReading:
    return parse_block(block_of(card), today=TODAY)


def keep(database: Database, reading: CardReading) -> Dossier:
    with database.write() as db:
        return dossiers.open_file(db, CLERK, identity_of(reading), photo=None, mobile="", source="card").dossier


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_a_card_of_every_layout_opens_a_file(database: Database, card: dict[str, object]) -> None:
    kept = keep(database, read(card))
    assert (kept.document_type, kept.number) == (card["document_type"], card["number"])
    assert kept.name == (card["name"] or card["name_latin"])


def test_an_unknown_ethnicity_is_shown_and_does_not_stop_the_file(database: Database) -> None:
    reading = read({**RESIDENT, "ethnicity": "77"})
    assert warnings_of(reading) == ["证件上的民族代码 77 不在国家标准中，民族未填，请核对证件"]
    assert keep(database, reading).ethnicity == ""


def test_an_end_that_cannot_be_read_is_asked_for_and_not_taken_for_long_term(database: Database) -> None:
    with pytest.raises(FieldErrors) as refused:
        keep(database, read({**RESIDENT, "valid_to": "永久"}))
    assert set(refused.value.fields) == {"valid_to"}


@pytest.mark.parametrize(
    ("number", "area"), [("310101199003070010", "上海市"), (NUMBER, "未列入名录（仅供参考，不影响建档）")]
)
def test_the_area_of_a_number_is_a_hint(number: str, area: str) -> None:
    assert registered_area(number) == area


def test_a_number_of_15_digits_is_kept_as_one_of_18(database: Database) -> None:
    with database.write() as db:
        identity = {**IDENTITY, "number": "190101900307001"}
        opened = dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="manual")
    assert opened.dossier.number == NUMBER


def test_a_card_opens_the_file_it_was_bound_to(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        assert chips.file_of(db, CLERK, CHIP) is None
        assert chips.bind(db, CLERK, CHIP, NUMBER.lower()).id == dossier.id
    with database.read() as db:
        found = chips.file_of(db, CLERK, CHIP)
        assert found is not None
        assert (found.id, CHIP.value in (found.chip_index or b"")) == (dossier.id, False)


@pytest.mark.usefixtures("dossier")
def test_a_card_bound_again_opens_the_other_file_only(database: Database) -> None:
    other = keep(database, read({**RESIDENT, **OTHER}))
    with database.write() as db:
        chips.bind(db, CLERK, CHIP, NUMBER)
    with database.write() as db:
        chips.bind(db, CLERK, CHIP, other.number)
    with database.read() as db:
        found = chips.file_of(db, CLERK, CHIP)
        assert found is not None
        assert found.id == other.id


def test_a_chip_is_bound_to_files_that_are_there(database: Database) -> None:
    with database.write() as db, pytest.raises(UserError) as refused:
        chips.bind(db, CLERK, CHIP, NUMBER)
    assert refused.value.code == "no_file"


def test_staff_see_what_the_identity_was_before(database: Database, dossier: Dossier) -> None:
    changed = {**IDENTITY, "name": "张三峰", "valid_to": None}
    with database.write() as db:
        dossiers.open_file(db, CLERK, changed, photo=b"\xff\xd8\xffnew", mobile="13900000009", source="card")
    with database.read() as db:
        (change,) = history.changes(db, REVIEWER, dossier.id)
    assert change.fields[:2] == (("name", "张三丰", "张三峰"), ("valid_to", "2035-06-01", None))
    assert [key for key, _old, _new in change.fields] == ["name", "valid_to", "photo"]


def test_a_file_that_was_never_corrected_has_no_history(database: Database, dossier: Dossier, owner: Actor) -> None:
    with database.read() as db:
        assert history.changes(db, CLERK, dossier.id) == []


def test_a_readers_picture_is_kept_as_jpg_and_nonsense_is_not() -> None:
    picture = Image.new("RGB", (102, 126), "white")
    as_bmp, as_jpg = io.BytesIO(), io.BytesIO()
    picture.save(as_bmp, "BMP")
    picture.save(as_jpg, "JPEG")
    kept = card_photo(as_bmp.getvalue())
    assert kept is not None
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.format, found.size) == ("JPEG", (102, 126))
    assert card_photo(as_jpg.getvalue()) == as_jpg.getvalue()
    assert card_photo(b"\xff\xd8\xff nonsense") is None
    assert card_photo(b"") is card_photo(None) is None


def test_the_latin_name_stands_in_where_a_foreigner_has_no_chinese_one() -> None:
    assert identity_of(read(FOREIGNER_2023))["name"] == FOREIGNER_2023["name_latin"]
    assert identity_of(replace(read(RESIDENT), warnings=()))["valid_to"] == date(2035, 6, 1)
