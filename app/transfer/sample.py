"""Made-up rows for the demo's sample workbooks: some that can be imported, and two with mistakes to try."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from app.demo.people import DemoPerson, demo_people, demo_records
from app.transfer.targets import OWNER_PREFIX, PEOPLE, WHOSE, Target

LOADED = 200
"""People that a demo has already."""
ROWS = 12


def rows(target: Target) -> Iterator[dict[str, object]]:
    """Rows by column: new ones for the demo's people, the first of them wrong in one cell and the second in another."""
    found = _people() if target.key == PEOPLE else _records(target)
    for number, row in enumerate(islice(found, ROWS)):
        yield row | _mistake(target, row) if number == 1 else row | _wrong_number(row) if number == 0 else row


def _wrong_number(row: dict[str, object]) -> dict[str, object]:
    return {key: "19010119900101000X" for key in ("number", f"{OWNER_PREFIX}number") if key in row}


def _mistake(target: Target, row: dict[str, object]) -> dict[str, object]:
    """A day or a choice that there is not."""
    wrong = next(
        column
        for column in target.columns
        if column.field.kind != "text" and column.key in row and column.field.required
    )
    return {wrong.key: "2026-13-45" if wrong.field.kind == "day" else "没有的"}


def _people() -> Iterator[dict[str, object]]:
    for person in islice(demo_people(LOADED + 50), LOADED + 1, None):
        values: dict[str, object] = asdict(person)
        del values["company"]
        yield {**values, "mobile": person.mobile.removeprefix("+86"), "valid_to": person.valid_to or "长期"}


def _records(target: Target) -> Iterator[dict[str, object]]:
    """What people who are not in the demo would have, on the files of those who are."""
    category = target.category
    assert category is not None  # noqa: S101  people have another function
    strangers = demo_people(LOADED * 2)
    for index, (person, stranger) in enumerate(zip(demo_people(LOADED), islice(strangers, LOADED, None), strict=True)):
        for values in demo_records(stranger, 1 + index)[category.key][:1]:
            if not any(str(value) < str(person.birth_date) for key, value in values.items() if key.endswith("_on")):
                yield {**_whose(person), **values}


def _whose(person: DemoPerson) -> dict[str, object]:
    return {OWNER_PREFIX + key: getattr(person, key) for key in WHOSE}
