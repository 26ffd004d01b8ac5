"""Conditions of a search as parts of one SQL statement: how many files fit, and with which values."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Engine, Integer, bindparam, column, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.dossiers.box import AnyTerm, CompanyHas, Condition, NameHas, OneOf
from app.dossiers.shapes import Expires, HasTerm, IsBorn, IsEmployed, IsNamed, IsOneOf, Shape, name, piece
from app.dossiers.terms import company_terms, facet, term
from app.dossiers.wanted import Wanted, born_between
from data.direct import Direct, Statement

MANY = 5_000
"""Up to here a condition's files are read whole; beyond, they are read in order until a page is full."""
MOST_STREAMS = 64
"""How many terms are read side by side."""
REMEMBERED_SECONDS = 300.0
QUICK = 100
"""Up to here a size is counted anew each time: that is quick, and of a term that nobody has it must be right."""
MOST_REMEMBERED = 20_000
Sizes = Mapping[int, int]
"""How many files a term has, capped at `MANY` + 1."""


@dataclass(frozen=True)
class Part:
    """One condition with its values. `begins`: what the sorted names of all its files begin with."""

    size: int
    """Capped at `MANY` + 1."""
    shape: Shape
    given: tuple[Any, ...]
    begins: str = ""

    def values(self, at: str) -> dict[str, Any]:
        """The values by name."""
        return {name(at, place): each for place, each in enumerate(self.given)}


class _Sizes:
    """Sizes of all but small terms, remembered for a while: they choose the way only, never what is found."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()

    def of(self, db: Session, terms: Iterable[int]) -> Sizes:
        """How many files each term has, capped; asked for in one statement."""
        known, now = self._of(db), time.monotonic()
        sizes = {each: size for each in terms if (size := self._remembered(known, each, now))}
        asked = [each for each in terms if each not in sizes]
        counted = _count(db, asked) if asked else {}
        self._remember(known, counted, now)
        return sizes | counted

    def of_part(self, db: Session, shape: Shape, given: tuple[Any, ...]) -> int:
        """How many files a condition finds, capped."""
        known, now = self._of(db), time.monotonic()
        if size := self._remembered(known, (shape, given), now):
            return size
        values = Part(0, shape, given).values("only")
        size = int(_counting(shape).all(db.connection(), most=MANY + 1, **values)[0][0])
        self._remember(known, {(shape, given): size}, now)
        return size

    def _of(self, db: Session) -> "_Known":
        return self._known.setdefault(db.connection().engine, {})

    def _remembered(self, known: "_Known", wanted: object, now: float) -> int:
        size, until = known.get(wanted, (0, 0.0))
        return size if until > now else 0

    def _remember(self, known: "_Known", found: Mapping[Any, int], now: float) -> None:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known.update({each: (size, now + REMEMBERED_SECONDS) for each, size in found.items() if size > QUICK})


_Known = dict[object, tuple[int, float]]
"""Sizes, and until when they are remembered."""
SIZES = _Sizes()


def _count_statement(dialect: str) -> Statement:
    one_by_one = "json_each(:terms)" if dialect == "sqlite" else "unnest(:terms) AS value"
    few = "SELECT 1 FROM search_posting WHERE term = value LIMIT :most"
    counts = text(f"SELECT value, (SELECT count(*) FROM ({few}) few) AS size FROM {one_by_one}")  # noqa: S608
    return counts.bindparams(
        bindparam("most", type_=Integer()),
        bindparam("terms", type_=None if dialect == "sqlite" else _array()),
    ).columns(column("value"), column("size"))


def _array() -> TypeEngine[Any]:
    from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  whoever has SQLite needs no other dialect

    return ARRAY(BigInteger)


_COUNT = Direct(_count_statement)


def _count(db: Session, terms: list[int]) -> dict[int, int]:
    connection = db.connection()
    given = json.dumps(terms) if connection.dialect.name == "sqlite" else terms
    return dict(_COUNT.all(connection, terms=given, most=MANY + 1))


@lru_cache(maxsize=100)
def _counting(shape: Shape) -> Direct:
    ids = shape.ids("only")
    assert ids is not None  # noqa: S101  what is only checked is never counted
    few = ids.limit(bindparam("most", type_=Integer())).subquery()
    return Direct(select(func.count()).select_from(few), by_values=True)


@lru_cache(maxsize=100)
def _companies_of(shape: IsEmployed) -> Direct:
    return Direct(shape.companies("only").limit(bindparam("most", type_=Integer())), by_values=True)


def filters(wanted: Wanted) -> tuple[Condition, ...]:
    """The filters that are terms or pieces of companies."""
    found: list[Condition] = [AnyTerm((term("holds", key),)) for key in wanted.holds]
    found += [AnyTerm((term("choice", facet(*choice)),)) for choice in wanted.choices]
    if wanted.state:
        found.append(AnyTerm((term("state", wanted.state),)))
    if wanted.company.strip():
        found.append(CompanyHas("".join(wanted.company.split()).casefold()))
    return tuple(found)


def sizes_of(db: Session, conditions: Iterable[Condition]) -> Sizes:
    """How many files, or companies, there are of each term that conditions ask for: in one question."""
    terms: set[int] = set()
    for item in conditions:
        match item:
            case AnyTerm():
                terms.update(item.terms)
            case CompanyHas():
                terms |= _pieces(item.text)
    return SIZES.of(db, terms)


def resolve(
    db: Session, conditions: Iterable[Condition], sizes: Sizes, wanted: Wanted, today: date
) -> list[Part] | None:
    """The parts that all have to hold, the rarest first; None where one of them has no file at all."""
    parts: list[Part] = []
    for item in conditions:
        match item:
            case AnyTerm():
                part = _term_part(item.terms, sizes, item.begins)
            case CompanyHas():
                part = _company_part(db, item.text, sizes)
            case OneOf():
                part = Part(len(item.ids), IsOneOf(len(item.ids)), item.ids)
            case NameHas():
                part = Part(MANY + 1, IsNamed(), (piece(item.text),))
        if part is None:
            return None
        parts.append(part)
    if wanted.age_from or wanted.age_to:
        low, high = born_between(wanted, today)
        bounds = tuple(day for day in (low, high) if day)
        parts.append(Part(MANY + 1, IsBorn(low is not None, high is not None), bounds))
    if wanted.expires:
        days = (today, today + timedelta(days=wanted.expires))
        parts.append(Part(SIZES.of_part(db, Expires(), days), Expires(), days))
    return sorted(parts, key=lambda part: (part.size, not isinstance(part.shape, HasTerm)))


def _term_part(terms: Iterable[int], sizes: Sizes, begins: str = "") -> Part | None:
    used = tuple(each for each in terms if sizes[each])
    size = min(MANY + 1, sum(sizes[each] for each in used))
    return Part(size, HasTerm(len(used)), used, begins) if used else None


def _pieces(company: str) -> set[int]:
    """What finds a part of a company's name; nothing finds a single character."""
    return company_terms(company) if len(company) > 1 else set()


def _company_part(db: Session, text: str, sizes: Sizes) -> Part | None:
    pieces = sorted(_pieces(text), key=sizes.__getitem__)
    if not pieces or not sizes[pieces[0]]:
        return None
    shape, given = IsEmployed(len(pieces)), (piece(text), *pieces)
    values = Part(0, shape, given).values("only")
    few = [found for (found,) in _companies_of(shape).all(db.connection(), most=MOST_STREAMS + 1, **values)]
    if len(few) <= MOST_STREAMS:
        return _term_part(few, SIZES.of(db, few)) if few else None
    return Part(SIZES.of_part(db, shape, given), shape, given)
