"""Conditions of a search as parts of one SQL statement: how many files fit, how to read them, how to check one."""

import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.dossiers.box import AnyTerm, CompanyHas, Condition, NameHas, OneOf
from app.dossiers.terms import company_terms, facet, term
from app.dossiers.wanted import Wanted, born_between
from data.models import search_company, search_entry, search_expiry, search_posting

MANY = 5_000
"""Up to here a condition's files are read whole; beyond, they are read in order until a page is full."""
MOST_STREAMS = 64
"""How many terms are read side by side."""
REMEMBERED_SECONDS = 300.0
MOST_REMEMBERED = 20_000

Check = Callable[[ColumnElement[uuid.UUID]], ColumnElement[bool]]


@dataclass(frozen=True)
class Part:
    """One condition. `ids` reads its files where it is not rarer to check each row; `terms` can be read in order.

    `begins`: what the sorted names of all its files begin with.
    """

    size: int
    """Capped at `MANY` + 1."""
    check: Check
    ids: Select[uuid.UUID] | None = None
    terms: tuple[int, ...] = ()
    begins: str = ""


class _Sizes:
    """Sizes of big terms, remembered for a while: they choose the way only, never what is found."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int | str], float] = {}

    def of(self, db: Session, terms: Iterable[int]) -> dict[int, int]:
        """How many files each term has, capped; asked for in one statement."""
        where, now = _address(db), time.monotonic()
        sizes = {each: MANY + 1 for each in terms if self._known.get((where, each), 0.0) > now}
        asked = [each for each in terms if each not in sizes]
        if asked:
            sizes |= _count(db, asked)
        for each in asked:
            if sizes[each] > MANY:
                self._remember((where, each), now)
        return sizes

    def of_query(self, db: Session, name: str, ids: Select[uuid.UUID]) -> int:
        """How many files a query finds, capped; `name` stands for it."""
        place, now = (_address(db), name), time.monotonic()
        if self._known.get(place, 0.0) > now:
            return MANY + 1
        size = db.scalar(select(func.count()).select_from(ids.limit(MANY + 1).subquery())) or 0
        if size > MANY:
            self._remember(place, now)
        return size

    def _remember(self, place: tuple[str, int | str], now: float) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[place] = now + REMEMBERED_SECONDS


def _address(db: Session) -> str:
    return str(db.get_bind().engine.url)


SIZES = _Sizes()
_COUNT = "SELECT value, (SELECT count(*) FROM (SELECT 1 FROM search_posting WHERE term = value LIMIT {many}) few) FROM {terms}"
_COUNT_SQLITE = text(_COUNT.format(many=MANY + 1, terms="json_each(:terms)"))
_COUNT_POSTGRESQL = text(_COUNT.format(many=MANY + 1, terms="unnest(:terms) AS value")).bindparams(
    bindparam("terms", type_=ARRAY(BigInteger))
)


def _count(db: Session, terms: list[int]) -> dict[int, int]:
    if db.get_bind().dialect.name == "sqlite":
        rows = db.execute(_COUNT_SQLITE, {"terms": json.dumps(terms)})
    else:
        rows = db.execute(_COUNT_POSTGRESQL, {"terms": terms})
    return {int(value): int(size) for value, size in rows}


def filters(wanted: Wanted) -> tuple[Condition, ...]:
    """The filters that are terms or pieces of companies."""
    found: list[Condition] = [AnyTerm((term("holds", key),)) for key in wanted.holds]
    found += [AnyTerm((term("choice", facet(*choice)),)) for choice in wanted.choices]
    if wanted.state:
        found.append(AnyTerm((term("state", wanted.state),)))
    if wanted.company.strip():
        found.append(CompanyHas("".join(wanted.company.split()).casefold()))
    return tuple(found)


def resolve(db: Session, conditions: Iterable[Condition], wanted: Wanted, today: date) -> list[Part] | None:
    """The parts that all have to hold, the rarest first; None where one of them has no file at all."""
    conditions = list(conditions)
    sizes = SIZES.of(db, {each for item in conditions if isinstance(item, AnyTerm) for each in item.terms})
    parts: list[Part] = []
    for item in conditions:
        match item:
            case AnyTerm():
                part = _term_part(item.terms, sizes, item.begins)
            case CompanyHas():
                part = _company_part(db, item.text)
            case OneOf():
                part = _ids_part(item.ids)
            case NameHas():
                part = Part(MANY + 1, _name_check(item.text))
        if part is None:
            return None
        parts.append(part)
    if wanted.age_from or wanted.age_to:
        parts.append(Part(MANY + 1, _birth_check(*born_between(wanted, today))))
    if wanted.expires:
        parts.append(_expiry_part(db, today, today + timedelta(days=wanted.expires)))
    return sorted(parts, key=lambda part: (part.size, not part.terms))


def _term_part(terms: Iterable[int], sizes: dict[int, int], begins: str = "") -> Part | None:
    used = tuple(each for each in terms if sizes[each])
    if not used:
        return None
    has = search_posting.c.term == used[0] if len(used) == 1 else search_posting.c.term.in_(used)
    inner = search_posting.alias()
    inner_has = inner.c.term == used[0] if len(used) == 1 else inner.c.term.in_(used)
    return Part(
        min(MANY + 1, sum(sizes[each] for each in used)),
        lambda owner: exists().where(inner_has, inner.c.owner_id == owner),
        select(search_posting.c.owner_id).where(has),
        used,
        begins,
    )


def _company_part(db: Session, piece: str) -> Part | None:
    named = _companies_with(db, piece) if len(piece) > 1 else None
    if named is None:
        return None
    few = list(db.scalars(named.limit(MOST_STREAMS + 1)))
    if len(few) <= MOST_STREAMS:
        return _term_part(few, SIZES.of(db, few)) if few else None
    has = search_posting.alias("has")
    ids = select(has.c.owner_id).where(has.c.term.in_(named)).distinct()
    return Part(SIZES.of_query(db, piece, ids), _companies_check(piece), ids)


def _companies_with(db: Session, piece: str) -> Select[int] | None:
    """Reads the terms of the companies that have `piece` in their names; None where there is none."""
    pieces = list(company_terms(piece))
    sizes = SIZES.of(db, pieces)
    first, *others = sorted(pieces, key=sizes.__getitem__)
    if not sizes[first]:
        return None
    gram = search_posting.alias("gram")
    query = (
        select(search_company.c.term)
        .join_from(gram, search_company, gram.c.owner_id == search_company.c.company_id)
        .where(gram.c.term == first, search_company.c.name.contains(piece, autoescape=True))
    )
    for other in others:
        more = search_posting.alias()
        query = query.where(exists().where(more.c.term == other, more.c.owner_id == gram.c.owner_id))
    return query


def _ids_part(ids: tuple[uuid.UUID, ...]) -> Part:
    query = select(search_entry.c.dossier_id).where(search_entry.c.dossier_id.in_(ids))
    return Part(len(ids), lambda owner: owner.in_(ids), query)


def _expiry_part(db: Session, first: date, last: date) -> Part:
    within = _between(search_expiry.c.expires_on, first, last)
    ids = select(search_expiry.c.dossier_id).where(within)
    size = SIZES.of_query(db, f"expiry {first} {last}", ids)
    inner = search_expiry.alias()
    inner_within = _between(inner.c.expires_on, first, last)
    return Part(size, lambda owner: exists().where(inner.c.dossier_id == owner, inner_within), ids)


def _name_check(piece: str) -> Check:
    row = search_entry.alias("named")
    return lambda owner: exists().where(row.c.dossier_id == owner, row.c.name.contains(piece, autoescape=True))


def _companies_check(piece: str) -> Check:
    row = search_entry.alias("employed")
    shown = func.lower(func.replace(row.c.companies, " ", ""))
    return lambda owner: exists().where(row.c.dossier_id == owner, shown.contains(piece, autoescape=True))


def _birth_check(first: date | None, last: date | None) -> Check:
    row = search_entry.alias("born")
    within = _between(row.c.birth_date, first, last)
    return lambda owner: exists().where(row.c.dossier_id == owner, within)


def _between(column: ColumnElement[object], low: object, high: object) -> ColumnElement[bool]:
    return and_(*([column >= low] if low else []), *([column <= high] if high else []))
