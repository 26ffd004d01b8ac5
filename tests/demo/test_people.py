"""Demo people: plausible, repeatable, and nobody."""

from datetime import date
from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.careers import AS_OF
from app.demo.declared import declared_rows
from app.demo.people import AREA_CODE, demo_people, demo_records
from app.validation import clean
from data.codes import code_table
from data.models import categories
from data.models.declaration import Category
from devices.id_number import check_digit

PEOPLE = tuple(demo_people())
RECORDS = tuple(demo_records(person, index) for index, person in enumerate(PEOPLE))
RESIDENTS = tuple(person for person in PEOPLE if person.document_type == "resident_id")

FIELDS = {
    "education": "school level duration major principal started_on ended_on certificate_number issued_on electronic_number",
    "degrees": "school degree degree_name major chair certificate_number issued_on",
    "titles": "title major committee approved_on review_number certificate_number issuer seal_unit",
    "registrations": "category major certificate_number seal_number company registered_on valid_until state",
    "skills": "name level trade certificate_number issued_on valid_from valid_to issuer",
    "work": "employer started_on ended_on title position major",
    "projects": "filing_number name contract_type role major",
    "integrity": "kind reason document_number authority occurred_on published_until",
}
CODED = {
    ("education", "level"): "education_level",
    ("degrees", "degree"): "degree",
    ("titles", "title"): "title",
    ("registrations", "category"): "registration_category",
    ("registrations", "state"): "registration_state",
    ("skills", "level"): "skill_level",
    ("skills", "trade"): "trade",
    ("work", "title"): "title",
    ("projects", "contract_type"): "contract_type",
    ("projects", "role"): "project_role",
    ("integrity", "kind"): "integrity_kind",
}
MAY_RUN_ON = {"valid_until", "valid_to", "published_until"}
OPTIONAL = {"ended_on", "electronic_number"}


def dates(row: dict[str, object]) -> dict[str, date]:
    return {field: value for field, value in row.items() if isinstance(value, date)}


def test_the_same_seed_gives_the_same_people_and_records() -> None:
    assert tuple(demo_people()) == PEOPLE
    assert [demo_records(person, index) for index, person in enumerate(PEOPLE)] == list(RECORDS)


def test_a_longer_list_begins_with_the_shorter_one() -> None:
    assert tuple(demo_people(40)) == PEOPLE[:40]


def test_the_ready_made_practitioner_is_the_same_for_every_seed() -> None:
    ours, others = PEOPLE[0], next(demo_people(1, seed=7))
    assert (ours.name, ours.number, ours.mobile) == (others.name, others.number, others.mobile)
    assert (ours.document_type, ours.birth_date) == ("resident_id", date(1986, 5, 12))


def test_resident_numbers_pass_their_own_check_and_are_nobodys() -> None:
    for person in RESIDENTS:
        assert person.number.startswith(f"{AREA_CODE}{person.birth_date:%Y%m%d}")
        assert person.number[17] == check_digit(person.number[:17])
        assert int(person.number[16]) % 2 == int(person.sex) % 2


def test_numbers_and_mobiles_stay_unique_in_a_large_file_room() -> None:
    crowd = list(demo_people(5_000))
    assert len({(person.document_type, person.number) for person in crowd}) == len(crowd)
    assert len({person.mobile for person in crowd}) == len(crowd)


def test_mobiles_are_chinese_ones_in_e164() -> None:
    for person in PEOPLE:
        parsed = phonenumbers.parse(person.mobile)
        assert phonenumbers.is_valid_number_for_region(parsed, "CN")
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == person.mobile


def test_names_show_what_a_window_meets() -> None:
    names = {person.name for person in PEOPLE}
    assert {len(name) for name in names} >= {2, 3, 4}
    assert any("·" in name for name in names)
    assert any("\U00020000" <= character <= "\U0002a6df" for name in names for character in name)


def test_other_documents_come_too() -> None:
    assert {person.document_type for person in PEOPLE} == {
        "resident_id", "passport", "home_return", "taiwan_permit", "officer", "foreigner_residence",
    }  # fmt: skip


def test_identity_codes_are_published_ones() -> None:
    for person in PEOPLE:
        assert code_table("document_type").get(person.document_type)
        assert code_table("sex").get(person.sex)
        assert not person.ethnicity or code_table("ethnicity").get(person.ethnicity)
    assert all(person.ethnicity for person in RESIDENTS)


def test_documents_are_valid_and_adults_hold_them() -> None:
    for person in PEOPLE:
        assert person.birth_date < person.valid_from <= AS_OF
        assert person.valid_to is None or person.valid_to > AS_OF
        assert AS_OF.year - person.birth_date.year >= 22


def test_the_ready_made_practitioner_has_rows_in_every_category() -> None:
    assert [category for category, rows in RECORDS[0].items() if not rows] == []


def test_everyone_went_to_school_and_works_now() -> None:
    for person, records in zip(PEOPLE, RECORDS, strict=True):
        assert records["education"]
        assert (records["work"][-1]["employer"], records["work"][-1]["ended_on"]) == (person.company, None)


def test_rows_fill_every_field_a_category_asks_for() -> None:
    for records in RECORDS:
        assert set(records) == set(FIELDS)
        for category, rows in records.items():
            for row in rows:
                assert list(row) == FIELDS[category].split()
                assert {field for field, value in row.items() if value in {None, ""}} <= OPTIONAL


def test_rows_choose_from_the_code_tables() -> None:
    for records in RECORDS:
        for (category, field), table in CODED.items():
            for row in records[category]:
                assert code_table(table).get(str(row[field])), (category, field, row[field])


def test_nothing_happens_before_birth_or_after_today() -> None:
    for person, records in zip(PEOPLE, RECORDS, strict=True):
        for row in (row for rows in records.values() for row in rows):
            days = dates(row)
            assert person.birth_date < min(days.values(), default=AS_OF)
            assert max((day for field, day in days.items() if field not in MAY_RUN_ON), default=AS_OF) <= AS_OF


@pytest.mark.parametrize(
    ("category", "start", "end"),
    [
        ("education", "started_on", "ended_on"),
        ("registrations", "registered_on", "valid_until"),
        ("skills", "valid_from", "valid_to"),
        ("work", "started_on", "ended_on"),
        ("integrity", "occurred_on", "published_until"),
    ],
)
def test_periods_begin_before_they_end(category: str, start: str, end: str) -> None:
    periods = [(days[start], days[end]) for records in RECORDS for days in map(dates, records[category]) if end in days]
    assert periods
    assert [period for period in periods if period[0] >= period[1]] == []


def test_school_comes_before_work_and_work_before_titles() -> None:
    for records in RECORDS:
        left_school = max(day for row in records["education"] for day in dates(row).values())
        began_work = dates(records["work"][0])["started_on"]
        assert left_school < began_work
        assert all(dates(row)["approved_on"] > began_work for row in records["titles"])
        assert all(dates(row)["issued_on"] > began_work for row in records["skills"])


def test_a_registration_past_its_date_says_so() -> None:
    rows = [row for records in RECORDS for row in records["registrations"]]
    assert {row["state"] for row in rows} == {"valid", "expired"}
    assert all((dates(row)["valid_until"] < AS_OF) == (row["state"] == "expired") for row in rows)


@pytest.mark.parametrize("category", categories(), ids=lambda category: category.key)
@given(st.integers(0, 2**32), st.dates(date(1950, 1, 1), date(2003, 12, 31)))
def test_rows_made_from_a_declaration_pass_its_checks(category: Category, seed: int, born: date) -> None:
    rows = declared_rows(Random(seed), category, born, "云江第一建筑工程有限公司", complete=True)
    assert rows
    cleaned = [clean(category.fields, row, today=AS_OF, birth_date=born) for row in rows]
    assert len({tuple(row[key] for key in category.known_by) for row in cleaned}) == len(cleaned)
