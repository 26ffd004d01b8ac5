"""Made-up practitioners: always the same ones, and nobody's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.demo import words
from app.demo.careers import AS_OF, Row, career_rows
from app.demo.declared import declared_rows
from data.models import categories
from devices.id_number import check_digit

AREA_CODE = "190101"
"""Never assigned by GB/T 2260, so that a number is nobody's."""
DEFAULT_SEED = 20261101
OTHER_DOCUMENTS = {10: "passport", 11: "home_return", 12: "taiwan_permit", 13: "officer", 14: "foreigner_residence"}
"""In every hundred people, the places of those who come without a resident ID card."""

FIRST_BIRTHDAY = date(1964, 1, 1)
BIRTHDAYS = 14_610
"""Days up to the end of 2003: everyone is of age."""
DAY_STEP = 7919
"""Coprime to BIRTHDAYS: people who share a sequence number never share a birthday."""
SEQUENCES = 500


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One made-up practitioner: what is printed on the document, a mobile in E.164, and the company."""

    document_type: str
    number: str
    name: str
    sex: str
    ethnicity: str
    birth_date: date
    address: str
    authority: str
    valid_from: date
    valid_to: date | None
    mobile: str
    company: str


def demo_people(count: int = 200, seed: int = DEFAULT_SEED) -> Iterator[DemoPerson]:
    """The first `count` people; names of the first ten, numbers' birthdays and mobiles do not depend on the seed.

    Numbers and mobiles are unique up to seven million people.
    """
    return (_person(index, seed) for index in range(count))


def demo_records(person: DemoPerson, index: int) -> dict[str, list[Row]]:
    """Rows by category key for the person who came at `index`; the first one has rows in every category.

    A working life tells those of the guide's categories (`careers`); any other category's follow from its declaration.
    """
    complete = index == 0
    told = career_rows(_draw(person.number), person.birth_date, person.company, complete=complete)
    return told | {
        of.key: declared_rows(_draw(person.number, of.key), of, person.birth_date, person.company, complete=complete)
        for of in categories()
        if of.key not in told
    }


def _draw(*key: object) -> Random:
    return Random("|".join(map(str, key)))  # noqa: S311 - made-up people need repeatable luck, not secrets


def _person(index: int, seed: int) -> DemoPerson:
    draw = _draw(seed, index)
    document_type = OTHER_DOCUMENTS.get(index % 100, "resident_id")
    name, sex, ethnicity = words.NOTABLE_PEOPLE.get(index) or _who(draw, document_type)
    birth_date = _birth_date(index)
    district = draw.choice(words.DISTRICTS)
    valid_from, valid_to = _validity(draw, document_type, birth_date)
    return DemoPerson(
        document_type=document_type,
        number=_number(document_type, index, birth_date, sex),
        name=name,
        sex=sex,
        ethnicity=ethnicity,
        birth_date=birth_date,
        address=_address(draw, district),
        authority=_authority(document_type, district),
        valid_from=valid_from,
        valid_to=valid_to,
        mobile=f"+86199{index + 1:08}",
        company=_company(draw, index),
    )


def _who(draw: Random, document_type: str) -> tuple[str, str, str]:
    """Name, sex and ethnicity; ethnicity stands on Chinese citizens' mainland documents only."""
    sex = draw.choices(("1", "2"), (7, 3))[0]
    if document_type in {"passport", "foreigner_residence"}:
        return draw.choice(words.FOREIGN_NAMES[sex]), sex, ""
    has_compound = draw.random() < 0.03
    surname = draw.choice(words.COMPOUND_SURNAMES if has_compound else words.SURNAMES)
    given = words.GIVEN_MALE if sex == "1" else words.GIVEN_FEMALE
    name = surname + "".join(draw.sample(given, draw.choices((1, 2), (3, 7))[0]))
    if document_type in {"home_return", "taiwan_permit"}:
        return name, sex, ""
    return name, sex, draw.choices(tuple(words.ETHNICITIES), tuple(words.ETHNICITIES.values()))[0]


def _birth_date(index: int) -> date:
    turn, sequence = divmod(index, SEQUENCES)
    # The demonstration's own practitioner was born on 12 May 1986, whatever the seed.
    first = (date(1986, 5, 12) - FIRST_BIRTHDAY).days if sequence == 0 else _draw(sequence).randrange(BIRTHDAYS)
    return FIRST_BIRTHDAY + timedelta(days=(first + turn * DAY_STEP) % BIRTHDAYS)


def _number(document_type: str, index: int, birth_date: date, sex: str) -> str:
    serial = 90_000_000 + index
    match document_type:
        case "passport":
            return f"X{serial}"
        case "home_return":
            return f"H{serial}"
        case "taiwan_permit":
            return str(serial)
        case "officer":
            return f"军字第{serial}号"
        case "foreigner_residence":
            # UTO is the state of ICAO's specimens.
            return f"UTO{serial:012}"
        case _:
            # GB 11643: an odd sequence number is a man's.
            sequence = index % SEQUENCES * 2 + (1 if sex == "1" else 0)
            first17 = f"{AREA_CODE}{birth_date:%Y%m%d}{sequence:03}"
            return first17 + check_digit(first17)


def _validity(draw: Random, document_type: str, birth_date: date) -> tuple[date, date | None]:
    """Issued within the last four years, and how long that document lasts; None is for good."""
    issued = date(AS_OF.year - draw.randint(1, 4), draw.randint(1, 12), draw.randint(1, 28))
    had_birthday = (issued.month, issued.day) >= (birth_date.month, birth_date.day)
    years = _years_valid(document_type, issued.year - birth_date.year - (0 if had_birthday else 1))
    return issued, None if years is None else issued.replace(year=issued.year + years)


def _years_valid(document_type: str, age: int) -> int | None:
    match document_type:
        case "resident_id":
            # 居民身份证法 article 5: 10 years from 16, 20 years from 26, for good from 46.
            return 10 if age < 26 else 20 if age < 46 else None
        case "officer":
            return None
        case "taiwan_permit":
            return 5
        case _:
            return 10


def _address(draw: Random, district: str) -> str:
    street, number = draw.choice(words.STREETS), draw.randint(1, 380)
    building, room = draw.randint(1, 28), draw.randint(1, 18) * 100 + draw.randint(1, 4)
    return f"{words.CITY}{district}{street}{number}号{building}幢{room}室"


def _authority(document_type: str, district: str) -> str:
    match document_type:
        case "resident_id":
            return f"{words.CITY}公安局{district.removesuffix('区')}分局"
        case "officer":
            return "云江警备区政治工作处"
        case "passport":
            return "UTOPIA PASSPORT OFFICE"
        case _:
            return "国家移民管理局"


def _company(draw: Random, index: int) -> str:
    companies = tuple(words.COMPANIES)
    return companies[0] if index == 0 else draw.choice(companies)
