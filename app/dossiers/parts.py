"""Conditions of a search as parts of one SQL statement: how many files fit, and with which values."""

import json
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Engine, Integer, bindparam, column, func, literal_column, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.dossiers.box import AnyTerm, CompanyHas, Condition, Meaning, NameHas, OneOf, company_has, meaning
from app.dossiers.shapes import Expires, HasTerm, IsBorn, IsEmployed, IsNamed, IsOneOf, Shape, name, piece
from app.dossiers.terms import facet, term
from app.dossiers.wanted import Wanted, born_between
from data.direct import Direct, OfKeys, Statement
from data.models import search_posting

MANY = 5_000
"""Up to here a condition's files are read whole; beyond, they are read in order until a page is full."""
MOST_STREAMS = 64
"""How many terms are read side by side."""
REMEMBERED_SECONDS = 300.0
MOST_REMEMBERED = 20_000


class Part(NamedTuple):
    """One condition with its values."""

    size: int
    """Capped at `MANY` + 1."""
    shape: Shape
    given: tuple[Any, ...]

    def values(self, at: str) -> dict[str, Any]:
        """The values by name."""
        return {name(at, place): each for place, each in enumerate(self.given)}


class Sizes(dict[int, int]):
    """How many files terms have, capped at `MANY` + 1, for one search. They are remembered for a while: they choose the way.

    What is found must not hang on them: `absent` are the terms that were passed over because they are remembered to have no file.
    """

    known: ClassVar[WeakKeyDictionary[Engine, dict[object, tuple[int, float]]]] = WeakKeyDictionary()
    """Of each database: sizes, and until when they are remembered."""

    def __init__(self, db: Session, *, anew: bool) -> None:
        """`anew`: that a term has no file is not remembered but asked."""
        super().__init__()
        self._db = db
        self._anew = anew
        self._now = time.monotonic()
        self._known = self.known.setdefault(db.connection().engine, {})
        self._doubtful: set[int] = set()
        self.absent: list[int] = []

    def ask(self, terms: Iterable[int]) -> None:
        """Of these terms; what is not remembered is asked for in one statement."""
        asked = []
        for each in terms:
            size, until = self._known.get(each, (0, 0.0))
            if until <= self._now or (self._anew and not size):
                asked.append(each)
                continue
            self[each] = size
            if not size:
                self._doubtful.add(each)
        if asked:
            counted = _count(self._db, asked)
            self.update(counted)
            self._remember(counted)

    def passes_over(self, term: int) -> bool:
        """Whether a term has no file; who asks leaves it out."""
        if self[term]:
            return False
        if term in self._doubtful:
            self.absent.append(term)
        return True

    def doubt(self) -> Part | None:
        """The condition that a file has one of the absent terms; some stand in it twice, so that few statements serve all."""
        if not self.absent:
            return None
        count = 1 << (len(self.absent) - 1).bit_length()
        return Part(0, HasTerm(count), (*self.absent, *self.absent[-1:] * (count - len(self.absent))))

    def of_part(self, shape: Shape, given: tuple[Any, ...]) -> int:
        """How many files a condition finds, capped."""
        size, until = self._known.get((shape, given), (0, 0.0))
        if until <= self._now:
            values = Part(0, shape, given).values("only")
            size = int(_counting(shape).all(self._db.connection(), most=MANY + 1, **values)[0][0])
            self._remember({(shape, given): size})
        return size

    def _remember(self, found: Mapping[Any, int]) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        until = self._now + REMEMBERED_SECONDS
        self._known.update({each: (size, until) for each, size in found.items()})


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


_ANY = OfKeys(select(search_posting.c.term).limit(literal_column("1", Integer())), search_posting.c.term)


def has_any(db: Session, terms: Collection[int]) -> bool:
    """Whether any file has one of these terms."""
    return bool(_ANY.all(db.connection(), terms))


@lru_cache(maxsize=100)
def _companies_of(shape: IsEmployed) -> Direct:
    return Direct(shape.companies("only").limit(bindparam("most", type_=Integer())), by_values=True)


def filters(wanted: Wanted) -> Meaning:
    """The filters that are terms or pieces of companies."""
    found: list[Condition] = [AnyTerm((term("holds", key),)) for key in wanted.holds]
    found += [AnyTerm((term("choice", facet(*choice)),)) for choice in wanted.choices]
    if wanted.state:
        found.append(AnyTerm((term("state", wanted.state),)))
    if wanted.company.strip():
        found.append(company_has("".join(wanted.company.split()).casefold()))
    return meaning(*found)


def resolve(
    db: Session, conditions: Iterable[Condition], sizes: Sizes, wanted: Wanted, today: date
) -> list[Part] | None:
    """The parts that all have to hold, the rarest first; None where one of them has no file at all."""
    parts: list[Part] = []
    for item in conditions:
        match item:
            case AnyTerm():
                part = _term_part(item.terms, sizes, of_name=item.of_name)
            case CompanyHas():
                part = _company_part(db, item, sizes)
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
        shape = IsBorn(low is not None, high is not None)
        parts.append(Part(sizes.of_part(shape, bounds), shape, bounds))
    if wanted.expires:
        days = (today, today + timedelta(days=wanted.expires))
        parts.append(Part(sizes.of_part(Expires(), days), Expires(), days))
    return sorted(parts, key=lambda part: (part.size, not isinstance(part.shape, HasTerm)))


def _term_part(terms: Iterable[int], sizes: Sizes, *, of_name: bool = False) -> Part | None:
    used = tuple([each for each in terms if not sizes.passes_over(each)])
    if not used:
        return None
    return Part(min(MANY + 1, sum([sizes[each] for each in used])), HasTerm(len(used), of_name), used)


def _company_part(db: Session, company: CompanyHas, sizes: Sizes) -> Part | None:
    if not company.pieces or sizes.passes_over(min(company.pieces, key=sizes.__getitem__)):
        return None
    pieces = sorted(company.pieces, key=sizes.__getitem__)
    shape, given = IsEmployed(len(pieces)), (piece(company.text), *pieces)
    values = Part(0, shape, given).values("only")
    few = [found for (found,) in _companies_of(shape).all(db.connection(), most=MOST_STREAMS + 1, **values)]
    if len(few) <= MOST_STREAMS:
        sizes.ask(few)
        return _term_part(few, sizes)
    return Part(sizes.of_part(shape, given), shape, given)
