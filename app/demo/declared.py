"""Made-up rows of any category, out of nothing but its declaration: they pass its own checks."""

from datetime import date, timedelta
from random import Random

from app.demo.careers import AS_OF, Row
from data.codes import code_table
from data.models.declaration import Category, Field

GROWN_UP = timedelta(days=22 * 366)
VALID_FOR = timedelta(days=3 * 365)
MOST_ROWS = 3


def declared_rows(draw: Random, of: Category, birth_date: date, company: str, *, complete: bool = False) -> list[Row]:
    """Up to three rows of a category that has no story of its own; `complete` wants one at least."""
    count = draw.randint(1 if complete else 0, MOST_ROWS)
    return [_row(draw, of, birth_date, company, number) for number in range(1, count + 1)]


def _row(draw: Random, of: Category, birth_date: date, company: str, number: int) -> Row:
    """One row. Its days follow each other as they are declared, from some day of a grown-up's life on."""
    first = birth_date + GROWN_UP
    day = first + timedelta(days=draw.randint(0, max((AS_OF - first).days, 0)))
    row: Row = {}
    for field in of.fields:
        if field.kind == "text":
            row[field.key] = _text(draw, field, company, number)
        elif field.kind == "choice":
            row[field.key] = draw.choice(code_table(field.codes).codes).value
        elif field.finds == "expiry":
            row[field.key] = day + VALID_FOR
        else:
            day = min(day + timedelta(days=draw.randint(0, 60)), AS_OF)
            row[field.key] = day
    return row


def _text(draw: Random, field: Field, company: str, number: int) -> str:
    """What the field is called; a number tells the row from the person's others."""
    match field.finds:
        case "company":
            told = company if number == 1 else f"{company}第{number}分公司"
        case "certificate":
            told = f"YJ{draw.randrange(10**6):06}{number}"
        case _:
            told = field.zh[: field.max_length - 1] + str(number)
    return told[: field.max_length]
