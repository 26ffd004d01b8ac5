"""Single cells: what a spreadsheet holds as text or day, and formulas that must not run when a table is opened."""

import re
from datetime import date, datetime, time

DANGEROUS = "=+-@\t\r\n＝＋－＠"
"""A text that begins with one of these may be run as a formula (OWASP, CSV injection)."""
_TO_NEUTRALISE = re.compile(rf"'*[{re.escape(DANGEROUS)}]")
_NEUTRALISED = re.compile(rf"'+[{re.escape(DANGEROUS)}]")
EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number; what is longer has lost its last ones."""

Cell = str | date | None


def neutralise(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula."""
    return f"'{text}" if _TO_NEUTRALISE.match(text) else text


def restore(text: str) -> str:
    """What `neutralise` was given."""
    return text[1:] if text.startswith("'") and _NEUTRALISED.match(text) else text


def has_lost_digits(value: object) -> bool:
    """Whether the cell holds a number too long to be kept exactly, such as an ID number that was not typed as text."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS


def plain(value: object) -> Cell:
    """A cell's value as text or day; None for an empty cell."""
    match value:
        case None:
            return None
        case str():
            return restore(value) if value.strip() else None
        case datetime():
            return value.date() if value.time() == time() else value.isoformat(" ")
        case date():
            return value
        case float() if value.is_integer() and abs(value) < 10**EXACT_DIGITS:
            return str(int(value))
        case _:
            return str(value)


def text_of(value: object) -> str:
    """A cell's value as a preview shows it."""
    cell = plain(value)
    return "" if cell is None else str(cell)
