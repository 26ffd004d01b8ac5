"""Stored values as the cells of an exported table, a column at a time: fast, and no cell is taken for a formula."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from app.access.mobiles import national
from app.dossiers.masking import masked
from app.locale import either
from app.transfer.cells import DANGEROUS, neutralise
from app.transfer.targets import OWNER_PREFIX, TableColumn, Target
from data.codes import code_table

Format = Callable[[Any], str]
SHOWN_OF_ADDRESS = 6
_RISKY = frozenset(f"{DANGEROUS}'")


def formats(target: Target, columns: Sequence[TableColumn], *, full: bool) -> list[Format]:
    """How the values of each column are written; personal numbers masked unless `full`."""
    return [_format_of(column, is_persons=_is_persons(target, column), full=full) for column in columns]


def _is_persons(target: Target, column: TableColumn) -> bool:
    return target.category is None or column.key.startswith(OWNER_PREFIX)


def write_rows(rows: Sequence[Sequence[Any]], how: Sequence[Format]) -> Iterable[tuple[str, ...]]:
    """The rows as cells; what rows hold beyond the columns is left out."""
    by_column = zip(*rows, strict=True)
    return zip(
        *([write(value) for value in values] for write, values in zip(how, by_column, strict=False)), strict=True
    )


def _format_of(column: TableColumn, *, is_persons: bool, full: bool) -> Format:
    field, key = column.field, column.key.removeprefix(OWNER_PREFIX)
    if is_persons and key in _MASKS:
        return _MASKS[key][0] if full else _MASKS[key][1]
    match field.kind:
        case "choice":
            labels = {code.value: safe(either(code.zh, code.en)) for code in code_table(field.codes).codes} | {None: ""}
            return lambda value: labels.get(value) or safe(str(value or ""))
        case "day":
            return _day(either(*field.open_end) if field.open_end else "")
        case "text":
            return safe


def safe(text: str | None) -> str:
    """A text as a cell."""
    return neutralise(text) if text and text[0] in _RISKY else text or ""


def _day(open_end: str) -> Format:
    return lambda value: open_end if value is None else str(value)


def _mobile(value: str | None) -> str:
    return national(value) if value else ""


_MASKS: dict[str, tuple[Format, Format]] = {
    "number": (safe, lambda value: safe(masked(value))),
    "mobile": (_mobile, lambda value: masked(_mobile(value))),
    "address": (safe, lambda value: safe(f"{value[:SHOWN_OF_ADDRESS]}****") if value else ""),
}
"""Personal data by field: written in full, and masked."""
