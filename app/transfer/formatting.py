"""Stored values as the cells of an exported table, a column at a time: fast, and no cell is taken for a formula."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from app.access.mobiles import national
from app.dossiers.masking import masked
from app.locale import either
from app.transfer.cells import DANGEROUS, neutralise
from app.transfer.targets import OWNER_PREFIX, TableColumn, Target
from data.codes import code_table

Format = Callable[[Sequence[Any]], Sequence[str]]
"""Writes the values of a column, some thousand at once, as cells."""
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
    return zip(*(write(values) for write, values in zip(how, by_column, strict=False)), strict=True)


def _format_of(column: TableColumn, *, is_persons: bool, full: bool) -> Format:
    field, key = column.field, column.key.removeprefix(OWNER_PREFIX)
    if is_persons and key in _MASKS:
        return _MASKS[key][0] if full else _MASKS[key][1]
    match field.kind:
        case "choice":
            labels = {code.value: safe(either(code.zh, code.en)) for code in code_table(field.codes).codes}
            return _choices(labels | {"": ""})
        case "day":
            return _days(either(*field.open_end) if field.open_end else "")
        case "text":
            return _texts


def _texts(values: Sequence[str | None]) -> Sequence[str]:
    texts = _filled(values, "")
    # Hardly any column has a cell that needs more than this look at all first characters.
    return texts if _RISKY.isdisjoint({text[:1] for text in texts}) else [safe(text) for text in texts]


def _choices(labels: dict[str, str]) -> Format:
    def write(values: Sequence[str | None]) -> Sequence[str]:
        filled = _filled(values, "")
        try:
            return list(map(labels.__getitem__, filled))
        except KeyError:
            return [labels.get(value) or safe(value) for value in filled]

    return write


def _days(open_end: str) -> Format:
    return lambda values: list(map(str, _filled(values, open_end)))


def _filled(values: Sequence[Any], empty: str) -> Sequence[Any]:
    """The values with `empty` in place of those that are missing."""
    return [empty if value is None else value for value in values] if None in values else values


def _each(write: Callable[[Any], str]) -> Format:
    return lambda values: [write(value) for value in values]


def safe(text: str | None) -> str:
    """A text as a cell."""
    return neutralise(text) if text and text[0] in _RISKY else text or ""


def _mobile(value: str | None) -> str:
    return national(value) if value else ""


_MASKS: dict[str, tuple[Format, Format]] = {
    "number": (_texts, _each(lambda value: safe(masked(value)))),
    "mobile": (_each(_mobile), _each(lambda value: masked(_mobile(value)))),
    "address": (_texts, _each(lambda value: safe(f"{value[:SHOWN_OF_ADDRESS]}****") if value else "")),
}
"""Personal data by field: written in full, and masked."""
