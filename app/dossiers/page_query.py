"""The statement that reads one page of a search in order."""

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from app.dossiers.parts import MOST_STREAMS
from app.dossiers.shapes import NO_KEY, HasTerm, IsNamed, IsOneOf, Shape
from app.dossiers.wanted import BY_ID, BY_NAME, Order
from data.direct import Direct
from data.models import search_entry, search_expiry
from data.models.search import ShortUuid

SHOWN = (search_entry.c.shown, search_entry.c.companies)
"""What a list shows of a file."""


class Plan(NamedTuple):
    """All that a statement's text hangs on. `few`: the files of the first condition are read whole."""

    shapes: tuple[Shape, ...]
    few: bool
    order: Order
    goes_on: bool
    down: bool
    shown: bool
    most: int
    """How many rows: no value, so that a plan for whatever values may come is one for a short page."""
    doubt: int
    """Of how many terms each row tells whether any file has one."""

    @property
    def lead(self) -> HasTerm | None:
        """The first condition, where its files are there in the order of the list."""
        first = self.shapes[0] if self.shapes else None
        if not isinstance(first, HasTerm):
            return None
        by_name = self.order in BY_NAME and not self.few and first.of_name
        return first if by_name or self.order in BY_ID else None

    @property
    def suits_all(self) -> bool:
        """Whether one plan of PostgreSQL's serves all values: the files of one term, or of several at once, in the order of
        their ids, and whatever is checked of each is looked up by its id; or of a name's terms alone in the order of names."""
        alone = len(self.shapes) == 1
        return (self.order in BY_ID or (alone and self.lead is not None)) and all(
            isinstance(each, IsOneOf | IsNamed) or (isinstance(each, HasTerm) and (alone or each.count == 1))
            for each in self.shapes
        )

    @property
    def is_straight(self) -> bool:
        """Whether what is shown is read in one go with the files, which come in the order of the list by themselves.

        Where more is asked of a file, PostgreSQL would look at what is shown of many that do not fit.
        """
        if not self.shapes:
            return self.order in BY_ID
        return len(self.shapes) == 1 and self.lead is not None and self.lead.count == 1


def at(number: int) -> str:
    """What the values of a condition are called by."""
    return f"part{number}"


@lru_cache(maxsize=500)
def statement(plan: Plan) -> Direct:
    """The statement that reads one page of the files for which all parts hold."""
    match plan.order:
        case "newest" | "oldest":
            page = _by_id(plan)
        case "name" | "name_down":
            page = _by_key(plan, search_entry, search_entry.c.sort_name)
        case "expiry":
            page = _by_key(plan, search_expiry, search_expiry.c.expires_on)
    return Direct(_with_rows(page, plan) if plan.shown else page, by_values=not plan.suits_all)


def _with_rows(page: Select[Any], plan: Plan) -> Select[Any]:
    if plan.is_straight:
        key, owner = page.selected_columns
        query = page.add_columns(*SHOWN)
        if owner is not search_entry.c.dossier_id:
            query = query.join(search_entry, search_entry.c.dossier_id == owner)
    else:
        key, owner = page.subquery("page").c
        query = select(key, owner, *SHOWN).join_from(key.table, search_entry, search_entry.c.dossier_id == owner)
        query = query.order_by(*_directed((key, owner), down=plan.down))
    if plan.doubt:
        query = query.add_columns(type_coerce(exists(HasTerm(plan.doubt).ids("doubt")), Integer()))
    return query


def _by_id(plan: Plan) -> Select[Any]:
    lead, first = plan.lead, plan.shapes[0] if plan.shapes else None
    if lead is not None and (lead.count == 1 or (not plan.few and lead.count <= MOST_STREAMS)):
        return _in_order(plan, lead)
    ids = first.ids(at(0)) if first is not None and (plan.few or lead is not None) else None
    if ids is not None:
        # Not one query: SQLite would read all files in the order of the list, and look at the condition of each.
        few = ids.distinct().cte("few").prefix_with("MATERIALIZED")
        (owner,) = few.c
        return _ordered(_checked(select(NO_KEY, owner), plan, owner, 1), plan, owner)
    owner = search_entry.c.dossier_id
    return _ordered(_checked(select(NO_KEY, owner), plan, owner, 0), plan, owner)


def _in_order(plan: Plan, lead: HasTerm) -> Select[Any]:
    """The files of each term, read in the order of the list until a page is full; of several terms each file once."""
    by_name = plan.order in BY_NAME
    streams = []
    for each in lead.streams(at(0), by_name=by_name):
        key, owner = each.selected_columns
        checked = _checked(each, plan, owner, 1, by_id=not by_name)
        streams.append(_ordered(checked, plan, owner, key if by_name else None))
    if len(streams) == 1:
        return streams[0]
    key, owner = union_all(*(select(stream.subquery()) for stream in streams)).subquery().c
    return _ordered(select(key, owner).distinct(), plan, owner, key if by_name else None)


def _by_key(plan: Plan, table: Any, key: ColumnElement[Any]) -> Select[Any]:
    if plan.lead is not None:
        return _in_order(plan, plan.lead)
    owner = table.c.dossier_id
    first = plan.shapes[0] if plan.few else None
    ids = first.ids(at(0)) if first is not None else None
    if ids is not None:
        few = (ids if _is_one_term(first) else ids.distinct()).subquery()
        (few_owner,) = few.c
        query = select(key, owner).select_from(few.join(table, owner == few_owner))
    else:
        query = select(key, owner).select_from(table)
    if key is search_expiry.c.expires_on:
        query = query.where(_next_expiry())
    return _ordered(_checked(query, plan, owner, 0 if ids is None else 1, by_id=False), plan, owner, key)


def _is_one_term(shape: Shape | None) -> bool:
    """Whether a shape names each file once."""
    return isinstance(shape, HasTerm) and shape.count == 1


def _next_expiry() -> ColumnElement[bool]:
    """A person stands once in a list by expiry: at the next day from today on."""
    sooner = search_expiry.alias("sooner")
    here = search_expiry.c
    today = bindparam("today", type_=Date())
    return and_(
        here.expires_on >= today,
        ~exists().where(
            sooner.c.dossier_id == here.dossier_id,
            sooner.c.expires_on >= today,
            tuple_(sooner.c.expires_on, sooner.c.category) < tuple_(here.expires_on, here.category),
        ),
    )


def _checked(
    query: Select[Any], plan: Plan, owner: ColumnElement[Any], begin: int, *, by_id: bool = True
) -> Select[Any]:
    """With the conditions from `begin` on checked for each file."""
    # PostgreSQL reads the files of several terms side by side, and would begin at the first of each, however deep the page.
    bound = partial(_beyond, key=None, down=plan.down) if by_id and plan.goes_on else None
    return query.where(
        *(
            shape.check(owner, at(number), bound) if isinstance(shape, HasTerm) else shape.check(owner, at(number))
            for number, shape in enumerate(plan.shapes)
            if number >= begin
        )
    )


def _ordered(
    query: Select[Any], plan: Plan, owner: ColumnElement[Any], key: ColumnElement[Any] | None = None
) -> Select[Any]:
    if plan.goes_on:
        query = query.where(_beyond(owner, key, down=plan.down))
    columns = [owner] if key is None else [key, owner]
    ordered = query.order_by(*_directed(columns, down=plan.down))
    return ordered.limit(literal_column(str(plan.most), Integer()))


def _directed(columns: Iterable[ColumnElement[Any]], *, down: bool) -> Iterator[ColumnElement[Any]]:
    return (column.desc() if down else column for column in columns)


def _beyond(owner: ColumnElement[Any], key: ColumnElement[Any] | None, *, down: bool) -> ColumnElement[bool]:
    place = bindparam("beyond", type_=ShortUuid())
    if key is None:
        return owner < place if down else owner > place
    here = tuple_(key, owner)
    there = tuple_(bindparam("beyond_key", type_=key.type), place)
    return here < there if down else here > there
