"""Conditions of a search in SQL: how to read the files of one, how to check a file. Their values come by name.

Searches of the same shape are one statement with other values, so that it is built once and not for every page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import TypeEngine

from data.models import search_company, search_entry, search_expiry, search_name, search_posting
from data.models.search import ShortUuid

Owner = ColumnElement[Any]
ESCAPE = "/"
NO_KEY = literal_column("''", String()).label("key")
"""What a list in the order of ids is sorted by besides them."""


def value(at: str, place: int, of: TypeEngine[Any]) -> BindParameter[Any]:
    """The value at a place of the condition called `at`."""
    return bindparam(name(at, place), type_=of)


def name(at: str, place: int) -> str:
    """What a value is called."""
    return f"{at}_{place}"


def piece(text: str) -> str:
    """A text as `LIKE` takes it for itself."""
    return "".join(f"{ESCAPE}{each}" if each in f"{ESCAPE}%_" else each for each in text)


@dataclass(frozen=True)
class HasTerm:
    """The file has one of `count` terms; `of_name`: they are terms of its name, whose files are there in the order of names, too."""

    count: int
    of_name: bool = False

    def check(
        self, owner: Owner, at: str, bound: Callable[[Owner], ColumnElement[bool]] | None = None
    ) -> ColumnElement[bool]:
        """Whether a file fits; `bound` is what is known of it besides."""
        inner = search_posting.alias()
        known = () if bound is None else (bound(inner.c.owner_id),)
        return exists().where(_one_of(inner.c.term, at, self.count), inner.c.owner_id == owner, *known)

    def ids(self, at: str) -> Select[Any]:
        """The files that fit."""
        return select(search_posting.c.owner_id).where(_one_of(search_posting.c.term, at, self.count))

    def streams(self, at: str, *, by_name: bool) -> Iterator[Select[Any]]:
        """The files of each term: what they are sorted by (empty where it is their id), and the file."""
        key, owner, term = (
            (search_name.c.sort_name, search_name.c.owner_id, search_name.c.term)
            if by_name
            else (NO_KEY, search_posting.c.owner_id, search_posting.c.term)
        )
        for place in range(self.count):
            yield select(key, owner).where(term == value(at, place, BigInteger()))


@dataclass(frozen=True)
class IsOneOf:
    """The file is one of `count`."""

    count: int

    def check(self, owner: Owner, at: str) -> ColumnElement[bool]:
        """Whether a file fits."""
        return owner.in_([value(at, place, ShortUuid()) for place in range(self.count)])

    def ids(self, at: str) -> Select[Any]:
        """The files that fit."""
        return select(search_entry.c.dossier_id).where(self.check(search_entry.c.dossier_id, at))


@dataclass(frozen=True)
class IsNamed:
    """The name has a piece. Checked only."""

    def check(self, owner: Owner, at: str) -> ColumnElement[bool]:
        """Whether a file fits."""
        row = search_entry.alias("named")
        return exists().where(row.c.dossier_id == owner, row.c.name.contains(value(at, 0, String()), escape=ESCAPE))

    def ids(self, _at: str) -> None:
        """Nothing reads them."""


@dataclass(frozen=True)
class IsBorn:
    """The day of birth lies between two, either of which may be open."""

    low: bool
    high: bool

    def check(self, owner: Owner, at: str) -> ColumnElement[bool]:
        """Whether a file fits."""
        row = search_entry.alias("born")
        return exists().where(row.c.dossier_id == owner, *self._within(row.c.birth_date, at))

    def ids(self, at: str) -> Select[Any]:
        """The files that fit."""
        row = search_entry.alias("born")
        return select(row.c.dossier_id).where(*self._within(row.c.birth_date, at))

    def _within(self, column: ColumnElement[Any], at: str) -> Iterator[ColumnElement[bool]]:
        if self.low:
            yield column >= value(at, 0, Date())
        if self.high:
            yield column <= value(at, int(self.low), Date())


@dataclass(frozen=True)
class Expires:
    """Something of the file ends between two days."""

    def check(self, owner: Owner, at: str) -> ColumnElement[bool]:
        """Whether a file fits."""
        inner = search_expiry.alias()
        return exists().where(inner.c.dossier_id == owner, self._within(inner.c.expires_on, at))

    def ids(self, at: str) -> Select[Any]:
        """The files that fit."""
        return select(search_expiry.c.dossier_id).where(self._within(search_expiry.c.expires_on, at))

    def _within(self, column: ColumnElement[Any], at: str) -> ColumnElement[bool]:
        return and_(column >= value(at, 0, Date()), column <= value(at, 1, Date()))


@dataclass(frozen=True)
class IsEmployed:
    """A company of the person has a piece in its name: the piece, then the `count` terms of its pairs, the rarest first."""

    count: int

    def companies(self, at: str) -> Select[Any]:
        """The terms of the companies."""
        gram = search_posting.alias("gram")
        query = (
            select(search_company.c.term)
            .join_from(gram, search_company, gram.c.owner_id == search_company.c.company_id)
            .where(gram.c.term == value(at, 1, BigInteger()))
            .where(search_company.c.name.contains(value(at, 0, String()), escape=ESCAPE))
        )
        for place in range(2, self.count + 1):
            more = search_posting.alias()
            has = more.c.term == value(at, place, BigInteger()), more.c.owner_id == gram.c.owner_id
            query = query.where(exists().where(*has))
        return query

    def check(self, owner: Owner, at: str) -> ColumnElement[bool]:
        """Whether a file fits."""
        row = search_entry.alias("employed")
        shown = func.lower(func.replace(row.c.companies, " ", ""))
        return exists().where(row.c.dossier_id == owner, shown.contains(value(at, 0, String()), escape=ESCAPE))

    def ids(self, at: str) -> Select[Any]:
        """The files that fit."""
        has = search_posting.alias("has")
        return select(has.c.owner_id).where(has.c.term.in_(self.companies(at))).distinct()


Shape = HasTerm | IsOneOf | IsNamed | IsBorn | Expires | IsEmployed


def _one_of(column: ColumnElement[Any], at: str, count: int) -> ColumnElement[bool]:
    given = [value(at, place, BigInteger()) for place in range(count)]
    return column == given[0] if count == 1 else column.in_(given)
