"""Where things stand in a machine readable zone: Doc 9303's TD1, TD2 and TD3, and the mainland permits' own layouts.

Positions count from 0, ends are exclusive. The permits' layouts are not published by their issuer; they follow what
readers in use expect of them.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["code", "letters", "number", "date", "sex", "name", "text"]


@dataclass(frozen=True)
class Slot:
    """One field of a zone: characters `start` to `end` of a line, and where its check digit stands."""

    field: str
    line: int
    start: int
    end: int
    kind: Kind
    check: int | None = None
    check_may_be_blank: bool = False
    """An empty field may have `<` where its check digit would stand."""


@dataclass(frozen=True)
class Layout:
    """The shape of a zone: how many lines of how many characters, its fields, what the last check covers."""

    name: str
    lines: int
    width: int
    name_line: int | None
    slots: tuple[Slot, ...]
    composite: tuple[tuple[int, int, int], ...] = ()
    """(line, start, end) of each part that the composite check digit covers."""
    composite_at: tuple[int, int] | None = None
    spill: str = ""
    """The field in which a document number of more than nine characters goes on."""

    def slot(self, field: str) -> Slot:
        """The slot of a field. Raises KeyError."""
        for slot in self.slots:
            if slot.field == field:
                return slot
        raise KeyError(field)

    def has(self, field: str) -> bool:
        """Whether the layout has such a field."""
        return any(slot.field == field for slot in self.slots)


TD3 = Layout(
    "TD3",
    2,
    44,
    0,
    (
        Slot("code", 0, 0, 2, "code"),
        Slot("issuer", 0, 2, 5, "letters"),
        Slot("name", 0, 5, 44, "name"),
        Slot("number", 1, 0, 9, "number", 9),
        Slot("nationality", 1, 10, 13, "letters"),
        Slot("birth", 1, 13, 19, "date", 19),
        Slot("sex", 1, 20, 21, "sex"),
        Slot("expiry", 1, 21, 27, "date", 27),
        Slot("optional", 1, 28, 42, "text", 42, check_may_be_blank=True),
    ),
    ((1, 0, 10), (1, 13, 20), (1, 21, 43)),
    (1, 43),
)
TD2 = Layout(
    "TD2",
    2,
    36,
    0,
    (
        Slot("code", 0, 0, 2, "code"),
        Slot("issuer", 0, 2, 5, "letters"),
        Slot("name", 0, 5, 36, "name"),
        Slot("number", 1, 0, 9, "number", 9),
        Slot("nationality", 1, 10, 13, "letters"),
        Slot("birth", 1, 13, 19, "date", 19),
        Slot("sex", 1, 20, 21, "sex"),
        Slot("expiry", 1, 21, 27, "date", 27),
        Slot("optional", 1, 28, 35, "text"),
    ),
    ((1, 0, 10), (1, 13, 20), (1, 21, 35)),
    (1, 35),
    spill="optional",
)
TD1 = Layout(
    "TD1",
    3,
    30,
    2,
    (
        Slot("code", 0, 0, 2, "code"),
        Slot("issuer", 0, 2, 5, "letters"),
        Slot("number", 0, 5, 14, "number", 14),
        Slot("optional", 0, 15, 30, "text"),
        Slot("birth", 1, 0, 6, "date", 6),
        Slot("sex", 1, 7, 8, "sex"),
        Slot("expiry", 1, 8, 14, "date", 14),
        Slot("nationality", 1, 15, 18, "letters"),
        Slot("optional2", 1, 18, 29, "text"),
        Slot("name", 2, 0, 30, "name"),
    ),
    ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    (1, 29),
    spill="optional",
)


def _permit(name: str, other_end: int) -> Layout:
    return Layout(
        name,
        3,
        30,
        2,
        (
            Slot("code", 0, 0, 2, "code"),
            Slot("number", 0, 2, 11, "number", 11),
            Slot("optional", 0, 12, 15, "text"),
            Slot("expiry", 0, 15, 21, "date", 21),
            Slot("sex", 0, 22, 23, "sex"),
            Slot("birth", 0, 23, 29, "date", 29),
            Slot("optional2", 1, 0, 19, "text"),
            Slot("other_number", 1, 19, other_end, "text", other_end, check_may_be_blank=True),
            Slot("name", 2, 0, 30, "name"),
        ),
    )


CR = _permit("CR", 28)
"""港澳居民来往内地通行证 since 2013; the other number is that of the Hong Kong or Macao identity card."""
CT = _permit("CT", 29)
"""台湾居民来往大陆通行证 since 2015; the other number is that of the Taiwan identity card."""

OLD_HOME_RETURN = Layout(
    "C<",
    3,
    30,
    2,
    (
        Slot("code", 0, 0, 2, "code"),
        Slot("issuer", 0, 2, 5, "letters"),
        Slot("optional", 0, 5, 30, "text"),
        Slot("birth", 1, 0, 6, "date", 6),
        Slot("sex", 1, 7, 8, "sex"),
        Slot("expiry", 1, 8, 14, "date", 14),
        Slot("number", 1, 15, 26, "number", 26),
        Slot("name", 2, 0, 30, "name"),
    ),
)
"""港澳居民来往内地通行证 before 2013: no chip, a number of eleven characters."""

EXIT_PERMIT = Layout(
    "CS/CD",
    1,
    30,
    None,
    (
        Slot("code", 0, 0, 2, "code"),
        Slot("number", 0, 2, 11, "number", 11),
        Slot("expiry", 0, 13, 19, "date", 19),
        Slot("birth", 0, 21, 27, "date", 27),
    ),
)
"""往来港澳通行证 and 往来台湾通行证, mainland residents' own: one line, no name, no sex."""

LAYOUTS = (TD1, TD2, TD3, CR, CT, OLD_HOME_RETURN, EXIT_PERMIT)
