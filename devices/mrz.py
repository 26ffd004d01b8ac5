"""The machine readable zone of travel documents, typed, pasted or sent by a scanner that types.

Every check digit is checked; what is wrong is told with its exact place. How the fields lie is in `mrz_layouts`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from devices import mrz_layouts
from devices.mrz_layouts import Layout, Slot

Code = Literal["empty", "length", "layout", "character", "date", "check"]
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER = "<"
WEIGHTS = (7, 3, 1)
SEXES = {"M": "1", "F": "2", "<": "9", "X": "9"}
"""The letters of the zone in the codes of GB/T 2261.1; the standards' “unspecified” is 9 there."""

# What keyboards and input methods give where `<` is meant; a guillemet is two of them.
_TYPED = {ord(sign): FILLER for sign in "＜〈《‹"} | {ord("«"): FILLER * 2}
_TYPED |= {
    code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_BLANKS = {ord(sign): None for sign in " \t\u00a0\u3000\ufeff\u200b"}


class MrzError(ValueError):
    """A zone that cannot be right: `line`, `start` and `end` count from 1, both ends included; 0 where there is none."""

    def __init__(
        self, code: Code, field: str = "", line: int = 0, start: int = 0, end: int = 0, *, got: int = 0
    ) -> None:
        super().__init__(f"{code} {field} line {line}, {start}-{end}")
        self.code = code
        self.field = field
        self.line = line
        self.start = start
        self.end = end
        self.got = got
        """For `length`: how many characters there are, where `end` says how many there should be."""

    @classmethod
    def at(cls, code: Code, slot: Slot) -> Self:
        """What is wrong in a field, its check digit included."""
        return cls(code, slot.field, slot.line + 1, slot.start + 1, slot.check + 1 if slot.check else slot.end)


@dataclass(frozen=True)
class Mrz:
    """What stands in a zone. Dates with unknown parts are None; `key` is what opens the chip."""

    layout: str
    code: str
    issuer: str
    number: str
    birth_date: date | None
    sex: str
    """GB/T 2261.1: 1 male, 2 female, 9 unspecified; empty where the layout has none."""
    expiry: date | None
    nationality: str
    surname: str
    given_names: str
    optional: str
    optional2: str
    other_number: str
    key: str
    """MRZ_information of Doc 9303 part 11: number, birth and expiry, each with its check digit."""
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """Surname and given names as one."""
        return f"{self.surname} {self.given_names}".strip()


def check_digit(text: str) -> str:
    """The check digit of Doc 9303 part 3 (weights 7, 3, 1; modulo 10). Raises ValueError for other characters."""
    total = 0
    for index, character in enumerate(text):
        value = 0 if character == FILLER else ALPHABET.index(character)
        total += value * WEIGHTS[index % 3]
    return str(total % 10)


def parse(text: str, today: date) -> Mrz:
    """Read a zone, whatever its line breaks and blanks. Raises MrzError, and nothing else, on any text."""
    layout, lines = _arrange(text)
    for slot in layout.slots:
        _check_characters(slot, lines)
    number, number_check = _number(layout, lines)
    for slot in layout.slots:
        if slot.field != "number":
            _check_slot(slot, lines)
    _check_composite(layout, lines)
    values = {slot.field: lines[slot.line][slot.start : slot.end] for slot in layout.slots}
    surname, _, given = values.get("name", "").partition(FILLER * 2)
    return Mrz(
        layout=layout.name,
        code=_plain(values["code"]),
        issuer=_plain(values.get("issuer", "")),
        number=_plain(number),
        birth_date=_date(layout.slot("birth"), values["birth"], today),
        sex=SEXES.get(values.get("sex", ""), ""),
        expiry=_date(layout.slot("expiry"), values["expiry"], None),
        nationality=_plain(values.get("nationality", "")),
        surname=_words(surname),
        given_names=_words(given),
        optional="" if _spills(layout, lines) else _plain(values.get("optional", "")),
        optional2=_plain(values.get("optional2", "")),
        other_number=_plain(values.get("other_number", "")),
        key=number + number_check + _with_check(layout, lines, "birth") + _with_check(layout, lines, "expiry"),
        lines=lines,
    )


def _arrange(text: str) -> tuple[Layout, tuple[str, ...]]:
    """The layout that fits and the zone's lines, each of the layout's width."""
    typed = [line.translate(_BLANKS) for line in text.translate(_TYPED).upper().splitlines()]
    given = [line for line in typed if line]
    whole = "".join(given)
    if not whole:
        raise MrzError("empty")
    for layout in mrz_layouts.LAYOUTS:
        if _is_kind(layout, whole) and (lines := _fit(layout, given, whole)):
            return layout, lines
    fitting = [layout for layout in mrz_layouts.LAYOUTS if _is_kind(layout, whole)]
    if not fitting:
        raise MrzError("layout", "code", 1, 1, 2)
    raise _wrong_length(fitting, given, whole)


def _is_kind(layout: Layout, whole: str) -> bool:
    code = whole[:2]
    own = {"CR": "CR", "CT": "CT", "CS": "CS/CD", "CD": "CS/CD"}.get(code)
    if own is None and whole.startswith("C<CHN"):
        own = "C<"
    if own is not None:
        return layout.name == own
    kinds = {"TD3": "P", "TD2": "PACI", "TD1": "ACI"}
    return code[0] in kinds.get(layout.name, "")


def _fit(layout: Layout, given: list[str], whole: str) -> tuple[str, ...] | None:
    if len(given) == layout.lines:
        # People leave out the fillers that end the line of the name.
        lines = [
            line.ljust(layout.width, FILLER) if index == layout.name_line else line for index, line in enumerate(given)
        ]
        return tuple(lines) if all(len(line) == layout.width for line in lines) else None
    if len(whole) != layout.lines * layout.width:
        return None
    return tuple(whole[start : start + layout.width] for start in range(0, len(whole), layout.width))


def _wrong_length(fitting: list[Layout], given: list[str], whole: str) -> MrzError:
    layout = min(fitting, key=lambda one: (one.lines != len(given), abs(one.lines * one.width - len(whole))))
    if len(given) != layout.lines:
        return MrzError("length", end=layout.lines * layout.width, got=len(whole))
    wrong = next(
        index
        for index, line in enumerate(given)
        if len(line) > layout.width or (len(line) < layout.width and index != layout.name_line)
    )
    return MrzError("length", line=wrong + 1, end=layout.width, got=len(given[wrong]))


def _check_characters(slot: Slot, lines: tuple[str, ...]) -> None:
    allowed = {
        "date": "0123456789<",
        "sex": "MFX<",
        "letters": ALPHABET[10:] + FILLER,
        "name": ALPHABET[10:] + FILLER,
    }.get(slot.kind, ALPHABET + FILLER)
    places = [(position, allowed) for position in range(slot.start, slot.end)]
    if slot.check is not None:
        places.append((slot.check, "0123456789<"))
    for position, characters in places:
        if lines[slot.line][position] not in characters:
            raise MrzError("character", slot.field, slot.line + 1, position + 1, position + 1)


def _check_slot(slot: Slot, lines: tuple[str, ...]) -> None:
    if slot.check is None:
        return
    value, check = lines[slot.line][slot.start : slot.end], lines[slot.line][slot.check]
    if slot.check_may_be_blank and check == FILLER and not value.strip(FILLER):
        return
    if check != check_digit(value):
        raise MrzError.at("check", slot)


def _spills(layout: Layout, lines: tuple[str, ...]) -> bool:
    """Whether the number is longer than its field: no check digit after it, and the rest of it in the next field."""
    if not layout.spill:
        return False
    number, rest = layout.slot("number"), layout.slot(layout.spill)
    return (
        number.check is not None
        and lines[number.line][number.check] == FILLER
        and lines[rest.line][rest.start] != FILLER
    )


def _number(layout: Layout, lines: tuple[str, ...]) -> tuple[str, str]:
    """The document number as it stands, and its check digit."""
    slot = layout.slot("number")
    text = lines[slot.line]
    number = text[slot.start : slot.end]
    if not number.strip(FILLER):
        raise MrzError("character", "number", slot.line + 1, slot.start + 1, slot.start + 1)
    if not _spills(layout, lines):
        _check_slot(slot, lines)
        return number, text[slot.check or 0]
    rest = layout.slot(layout.spill)
    spilled, _, _ = lines[rest.line][rest.start : rest.end].partition(FILLER)
    whole, check = number + spilled[:-1], spilled[-1]
    if check != check_digit(whole):
        raise MrzError("check", "number", rest.line + 1, rest.start + 1, rest.start + len(spilled))
    return whole, check


def _check_composite(layout: Layout, lines: tuple[str, ...]) -> None:
    if layout.composite_at is None:
        return
    line, position = layout.composite_at
    covered = "".join(lines[row][start:end] for row, start, end in layout.composite)
    if lines[line][position] != check_digit(covered):
        raise MrzError("check", "composite", line + 1, position + 1, position + 1)


def _with_check(layout: Layout, lines: tuple[str, ...], field: str) -> str:
    slot = layout.slot(field)
    return lines[slot.line][slot.start : slot.end + 1]


def _date(slot: Slot, text: str, today: date | None) -> date | None:
    """A day of the zone; births lie before `today`, ends of validity in this century."""
    if FILLER in text:
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        this_century = date(2000 + year, month, day)
        return this_century if today is None or this_century < today else date(1900 + year, month, day)
    except ValueError:
        raise MrzError.at("date", slot) from None


def _plain(text: str) -> str:
    return text.replace(FILLER, "")


def _words(text: str) -> str:
    return " ".join(text.replace(FILLER, " ").split())
