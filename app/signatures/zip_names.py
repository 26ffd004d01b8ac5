"""Names of the files in a ZIP of signatures, by a rule that staff choose."""

import re
from collections.abc import Callable, Iterable

from app.locale import N_

RULES = {
    "number_name": N_("证件号_姓名"),
    "name_number": N_("姓名_证件号"),
    "name_last_four": N_("姓名_证件号后四位"),
    "order_name": N_("序号_姓名"),
}
_MAKE: dict[str, Callable[[int, str, str], str]] = {
    "number_name": lambda _order, name, number: f"{number}_{name}",
    "name_number": lambda _order, name, number: f"{name}_{number}",
    "name_last_four": lambda _order, name, number: f"{name}_{number[-4:]}",
    "order_name": lambda order, name, _number: f"{order:05d}_{name}",
}
# What Windows forbids in a name, and control characters.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
LONGEST = 100


def names(rule: str, people: Iterable[tuple[str, str]]) -> list[str]:
    """A PNG's name for each (name, number), all different, whatever the case. Raises KeyError for an unknown rule."""
    taken: set[str] = set()
    result = []
    for order, (name, number) in enumerate(people, 1):
        stem = _FORBIDDEN.sub("_", _MAKE[rule](order, name, number)).strip(" .")[:LONGEST] or str(order)
        unique, again = stem, 1
        while unique.lower() in taken:
            again += 1
            unique = f"{stem}({again})"
        taken.add(unique.lower())
        result.append(f"{unique}.png")
    return result
