"""Finding a table's headings and what each column holds, by name: Chinese or English, with or without signs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from app.errors import UserError
from app.locale import _
from app.transfer.cells import text_of
from app.transfer.table_file import Row
from app.transfer.targets import Target

HEADER_WITHIN = 10
"""Offices put titles above their tables; the headings stand in one of the first rows that hold anything."""
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass(frozen=True)
class Header:
    """Where the headings stand (row from 1), what they say, and the matched columns: key to number, from 0."""

    row: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]


def find_header(target: Target, rows: Iterable[Row]) -> Header:
    """The row whose cells match most columns; the first one where none does. Raises UserError (`empty`)."""
    best: Header | None = None
    for number, cells in islice(rows, HEADER_WITHIN):
        headings = tuple(text_of(cell) for cell in cells)
        found = Header(number, headings, match(target, headings))
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None:
        raise UserError("empty", _("表格是空的"))
    return best


def match(target: Target, headings: Sequence[str]) -> dict[str, int]:
    """The number of the column that goes by the name of each of the target's columns; no column is taken twice."""
    matched: dict[str, int] = {}
    for names_of in (lambda column: (column.zh, column.en, column.key), lambda column: column.aliases):
        for column in target.columns:
            names = {_plain(name) for name in names_of(column)}
            for number, heading in enumerate(headings):
                is_free = column.key not in matched and number not in matched.values()
                if is_free and heading and not names.isdisjoint((_plain(heading), _plain(_BRACKETED.sub("", heading)))):
                    matched[column.key] = number
    return matched


def missing(target: Target, columns: Mapping[str, int]) -> list[str]:
    """Headings of required columns that no column of the table holds."""
    return [column.heading for column in target.columns if column.required and column.key not in columns]


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(character for character in folded if character.isalnum())
