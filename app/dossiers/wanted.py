"""What is looked for: the box, the filters, the order and the place in the list; to and from an address."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, get_args

from data.codes import code_table
from data.models import categories
from data.models.declaration import Field

Order = Literal["newest", "oldest", "name", "name_down", "expiry"]
BY_ID: frozenset[Order] = frozenset(("newest", "oldest"))
BY_NAME: frozenset[Order] = frozenset(("name", "name_down"))
State = Literal["login", "filed", "closed"]
EXPIRY_DAYS = (30, 60, 90)
NUMBERS = ("expires", "age_from", "age_to")
LARGEST = 1_000
LONGEST_TEXT = 60


@dataclass(frozen=True)
class Cursor:
    """A place in a list: the row it is beside, and whether the page before that row is wanted instead of the next."""

    key: str
    dossier_id: uuid.UUID
    back: bool = False


@dataclass(frozen=True)
class Wanted:
    """A search. All conditions hold together; empty ones are none."""

    text: str = ""
    holds: tuple[str, ...] = ()
    """Keys of categories the file has records of."""
    choices: tuple[tuple[str, str, str], ...] = ()
    """Category, field and value that a record has."""
    company: str = ""
    state: State | Literal[""] = ""
    expires: int = 0
    """Something of the file ends within so many days from today."""
    age_from: int = 0
    age_to: int = 0
    """Years of age, both ends in; 0 is no bound."""
    order: Order = "newest"
    cursor: Cursor | None = field(default=None, compare=False)

    def at(self, cursor: Cursor | None) -> "Wanted":
        """The same search at another place."""
        return replace(self, cursor=cursor)

    def to_address(self) -> dict[str, str]:
        """The search as the query parameters of an address, only what is set."""
        pairs = {
            "q": self.text,
            "holds": ",".join(self.holds),
            "company": self.company,
            "state": self.state,
            "order": "" if self.order == "newest" else self.order,
        }
        pairs |= {name: str(getattr(self, name) or "") for name in NUMBERS}
        for category, key, value in self.choices:
            pairs[f"{category}.{key}"] = value
        if self.cursor:
            side = "before" if self.cursor.back else "after"
            pairs[side] = f"{self.cursor.dossier_id.hex}{self.cursor.key}"
        return {name: value for name, value in pairs.items() if value}


def facets() -> list[tuple[str, Field]]:
    """The choices one can filter by: category's key and field."""
    return [(category.key, each) for category in categories() for each in category.fields if each.finds == "facet"]


def from_address(address: Mapping[str, str]) -> Wanted:
    """What an address asks for; what it cannot mean is left out, so that an old link still opens a list."""
    known = {category.key for category in categories()}
    choices = [
        (category, each.key, value)
        for category, each in facets()
        if (value := address.get(f"{category}.{each.key}", "")) and code_table(each.codes).get(value)
    ]
    order, state = address.get("order", ""), address.get("state", "")
    return Wanted(
        text=address.get("q", "")[:LONGEST_TEXT],
        holds=tuple(key for key in address.get("holds", "").split(",") if key in known),
        choices=tuple(choices),
        company=address.get("company", "")[:LONGEST_TEXT],
        state=state if state in get_args(State) else "",  # type: ignore[arg-type]
        expires=_number(address, "expires"),
        age_from=_number(address, "age_from"),
        age_to=_number(address, "age_to"),
        order=order if order in get_args(Order) else "newest",  # type: ignore[arg-type]
        cursor=_cursor(address),
    )


def age_on(day: date, birth_date: date) -> int:
    """Whole years of age."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def born_between(wanted: Wanted, today: date) -> tuple[date | None, date | None]:
    """The days of birth, both in, that the ages mean today; None where there is no bound."""
    first = _years_before(today, wanted.age_to + 1) + timedelta(days=1) if wanted.age_to else None
    return first, _years_before(today, wanted.age_from) if wanted.age_from else None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _number(address: Mapping[str, str], name: str) -> int:
    text = address.get(name, "")
    return min(int(text), LARGEST) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _cursor(address: Mapping[str, str]) -> Cursor | None:
    text = address.get("before") or address.get("after") or ""
    try:
        return Cursor(text[32:], uuid.UUID(hex=text[:32]), back="before" in address)
    except ValueError:
        return None
