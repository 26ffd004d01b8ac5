"""Writes machine readable zones: for the virtual documents and the tests."""

from datetime import date

from devices import mrz_layouts
from devices.mrz import FILLER, check_digit
from devices.mrz_layouts import Layout


def compose(layout_name: str, **values: str | date) -> tuple[str, ...]:
    """The lines of a zone with all check digits.

    `values` are the fields of the layout: `number`, `birth` and `expiry` (dates), `sex` (M, F or <), `surname`,
    `given_names` and the rest as text. Raises ValueError for what does not fit its field.
    """
    layout = next(layout for layout in mrz_layouts.LAYOUTS if layout.name == layout_name)
    name = f"{_joined(values.pop('surname', ''))}{FILLER * 2}{_joined(values.pop('given_names', ''))}"
    fields = {key: value.strftime("%y%m%d") if isinstance(value, date) else value for key, value in values.items()}
    if layout.has("name"):
        slot = layout.slot("name")
        fields["name"] = name[: slot.end - slot.start]
    grid = [[FILLER] * layout.width for _line in range(layout.lines)]
    number, spilled = _split_number(layout, fields.pop("number"))
    if spilled:
        fields[layout.spill] = spilled
    for key, value in {**fields, "number": number}.items():
        slot = layout.slot(key)
        width = slot.end - slot.start
        if len(value) > width:
            raise ValueError(f"{key} has {len(value)} characters, its field {width}")
        padded = value.ljust(width, FILLER)
        grid[slot.line][slot.start : slot.end] = padded
        if slot.check is not None and not (key == "number" and spilled) and padded.strip(FILLER):
            grid[slot.line][slot.check] = check_digit(padded)
    if layout.composite_at is not None:
        line, position = layout.composite_at
        covered = "".join("".join(grid[row][start:end]) for row, start, end in layout.composite)
        grid[line][position] = check_digit(covered)
    return tuple("".join(line) for line in grid)


def _joined(value: str | date) -> str:
    return FILLER.join(str(value).split())


def _split_number(layout: Layout, number: str) -> tuple[str, str]:
    slot = layout.slot("number")
    width = slot.end - slot.start
    if len(number) <= width or not layout.spill:
        return number, ""
    return number[:width], number[width:] + check_digit(number)
