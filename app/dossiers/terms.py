"""The terms a file is found by: pieces of the name, its pinyin, last digits, certificates, companies, choices.

A term is a kind and a value, kept as a keyed hash of 64 bits: the index tells nothing without the key, and two of ten
million terms share a hash with a chance of one in three hundred thousand.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from app.dossiers.readings import readings
from app.validation import normalise
from data.models.declaration import Category
from data.vault import Vault, vault

Dimension = Literal["state", "holds", "choice", "born", "records"]
"""What the dashboard counts."""

Kind = Literal[
    "name",
    "initials",
    "pinyin",
    "digits",
    "mobile",
    "certificate",
    "holds",
    "choice",
    "company",
    "gram",
    "state",
]
TAILS = (4, 6)
"""How many last characters of a document number are enough to look for it."""
MOBILE_TAIL = 4
MOST_OF_NAME = 3
"""The longest piece of a name that is a term: most names are no longer."""


def term(kind: Kind, value: str) -> int:
    """The hash of a term: a signed integer of 64 bits."""
    return _hash(vault(), f"{kind}\0{value}")


@lru_cache(maxsize=100_000)
def _hash(keys: Vault, text: str) -> int:
    return int.from_bytes(keys.blind(text, "search")[:8], "big", signed=True)


def name_key(text: str) -> str:
    """A name without what people leave out: spaces, middle dots, letter case."""
    return "".join(normalise(text).replace("·", "").split()).casefold()


def number_key(text: str) -> str:
    """A certificate's number without spaces, in upper case."""
    return "".join(normalise(text).split()).upper()


def pieces(text: str, length: int) -> list[str]:
    """The pieces of so many neighbouring characters, each once; a shorter text is its own."""
    return list(dict.fromkeys(text[at : at + length] for at in range(len(text) - length + 1))) or [text][: len(text)]


def name_terms(name: str) -> set[int]:
    """What finds a name: up to three neighbouring characters, initials and pinyin from its beginning or of the given name."""
    key = name_key(name)
    found = {term("name", piece) for length in range(1, MOST_OF_NAME + 1) for piece in pieces(key, length)}
    for read in readings(name):
        starts = [read[:end] for end in range(1, len(read) + 1)]
        for part in (*starts, read[1:], read[2:] if len(read) > 3 else ()):
            if part:
                found.add(term("pinyin", "".join(part)))
                found.add(term("initials", "".join(syllable[0] for syllable in part)))
    return found


def sort_name(name: str) -> str:
    """What a list sorted by name follows: pinyin, then the name itself."""
    read = readings(name)
    return f"{' '.join(read[0]) if read else ''} {name}".strip()


def dossier_terms(values: Mapping[str, Any]) -> set[int]:
    """The terms of a file's own row, from its values by column."""
    number, mobile = str(values["number"]), values["mobile"]
    found = name_terms(str(values["name"]))
    found |= {term("digits", number[-count:]) for count in TAILS if len(number) >= count}
    found.add(term("state", state_of(values)))
    if mobile:
        found.add(term("mobile", str(mobile)[-MOBILE_TAIL:]))
    return found


def state_of(values: Mapping[str, Any]) -> str:
    """A file's state as lists show it: `closed`, `login` (self-service is open) or `filed`."""
    if values["state"] == "closed":
        return "closed"
    return "login" if values["self_service"] else "filed"


def record_terms(category: Category, values: Mapping[str, Any]) -> set[int]:
    """The terms of a record, from its values by column."""
    found = {term("holds", category.key)}
    for field in category.finding:
        value = values.get(field.key)
        if not value:
            continue
        if field.finds == "certificate":
            found.add(term("certificate", number_key(str(value))))
        elif field.finds == "facet":
            found.add(term("choice", facet(category.key, field.key, str(value))))
    found |= {term("company", name) for name in companies(category, values)}
    return found


def counted(category: Category, values: Mapping[str, Any]) -> dict[int, tuple[Dimension, str]]:
    """Those terms of a record whose people the dashboard counts, with what it counts them as."""
    found: dict[int, tuple[Dimension, str]] = {term("holds", category.key): ("holds", category.key)}
    for field in category.finding:
        if field.finds == "facet" and (value := values.get(field.key)):
            name = facet(category.key, field.key, str(value))
            found[term("choice", name)] = ("choice", name)
    return found


def facet(category: str, field: str, value: str) -> str:
    """The value of a `choice` term."""
    return f"{category}.{field}={value}"


def companies(category: Category, values: Mapping[str, Any]) -> list[str]:
    """The company a record ties a person to now; none where its period has ended."""
    named = [str(values[field.key]) for field in category.finding if field.finds == "company" and values.get(field.key)]
    if named and any(field.open_end and values.get(field.key) is not None for field in category.fields):
        return []
    return named


def expiries(category: Category, values: Mapping[str, Any]) -> set[tuple[date, str]]:
    """The days on which a record ends, with its category."""
    days = (values.get(field.key) for field in category.finding if field.finds == "expiry")
    return {(day, category.key) for day in days if isinstance(day, date)}


def company_terms(name: str) -> set[int]:
    """What finds a company: the pairs of neighbouring characters of its name."""
    return {term("gram", piece) for piece in pieces(name_key(name), 2)}


def company_id(company_term: int) -> uuid.UUID:
    """The key of a company, made of its term so that every server gives it the same one."""
    return uuid.UUID(int=company_term & (1 << 64) - 1)


def all_terms(dossier: Mapping[str, Any], records: Iterable[tuple[Category, Mapping[str, Any]]]) -> set[int]:
    """Every term of a file."""
    found = dossier_terms(dossier)
    for category, values in records:
        found |= record_terms(category, values)
    return found
