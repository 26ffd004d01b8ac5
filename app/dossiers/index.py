"""Keeps the search index as the files are: written with every flush, in its transaction."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, event, inspect, select, update
from sqlalchemy.orm import Session, UOWTransaction

from app.audit.trail import former_file
from app.dossiers import companies, shown, tally, terms
from app.dossiers.holding import hold
from app.dossiers.postings import EXPIRE, NAME, POST, drop_name, drop_terms, name_rows
from data.engine import insert_missing
from data.flow import together
from data.models import Dossier, Record, categories, search_entry, search_expiry
from data.models.declaration import Category, category_of

Expiry = tuple[date, str]
Left = tuple[set[int], set[Expiry]]
"""Terms and days of expiry that a file still gives."""
DOSSIER_COLUMNS = ("name", "number", "mobile", "state", "self_service", "birth_date")


class Change:
    """What the flush makes of one file: terms, days and companies that came or may be gone."""

    def __init__(self) -> None:
        self.came: set[int] = set()
        self.went: set[int] = set()
        self.name_came = self.name_went = ""
        """The file's name, where it is new or changed, and as it was."""
        self.days_came: set[Expiry] = set()
        self.days_went: set[Expiry] = set()
        self.companies: set[str] = set()
        """Companies that came; those of the files' other records are not among them."""
        self.companies_left = False
        self.is_new = self.is_gone = False
        """Of the file itself, not of its records."""
        self.row: dict[str, Any] = {}
        """What the file's own values give its row, where they changed."""
        self.counted: dict[int, tuple[terms.Dimension, str]] = {}
        """What the dashboard counts a person as who comes to a term, or leaves it."""

    @property
    def is_any(self) -> bool:
        """Whether the index has to follow."""
        named = self.companies or self.companies_left
        return self.came != self.went or self.days_came != self.days_went or bool(named or self.row)

    @property
    def takes_away(self) -> bool:
        """Whether something may have to leave the index."""
        return bool(self.went - self.came or self.days_went - self.days_came)


def install() -> None:
    """Watch all sessions of this process."""
    if not event.contains(Session, "after_flush", _write_index):
        event.listen(Session, "after_flush", _write_index)


def _write_index(session: Session, _context: UOWTransaction) -> None:
    changes: dict[uuid.UUID, Change] = defaultdict(Change)
    counts: tally.Counts = Counter()
    for objects, before, after in (
        (session.new, False, True),
        (session.dirty, True, True),
        (session.deleted, True, False),
    ):
        for item in objects:
            if isinstance(item, Dossier):
                _dossier_change(item, changes, counts, before=before, after=after)
            elif isinstance(item, Record):
                category = category_of(type(item))
                keys = [field.key for field in category.fields]
                old = _values(item, keys, old=True) if before else None
                moved_from = former_file(item) if before and after else None
                if moved_from is not None:
                    _record_change(category, changes[moved_from], old, None)
                    old = None
                _record_change(category, changes[item.dossier_id], old, _values(item, keys) if after else None)
                counts["records", category.key] += after - before
    if changes:
        _apply(session, changes, counts)


def _dossier_change(
    item: Dossier,
    changes: dict[uuid.UUID, Change],
    counts: tally.Counts,
    *,
    before: bool,
    after: bool,
) -> None:
    if before and after and not any(inspect(item).attrs[key].history.has_changes() for key in DOSSIER_COLUMNS):
        return
    change = changes[item.id]
    if before:
        old = _values(item, DOSSIER_COLUMNS, old=True)
        change.went |= terms.dossier_terms(old)
        change.name_went = old["name"]
        counts.subtract(counted_as(old))
    change.is_new, change.is_gone = not before, not after
    if after:
        values = _values(item, DOSSIER_COLUMNS)
        change.came |= terms.dossier_terms(values)
        change.name_came = values["name"]
        change.row = entry_row(values)
        counts.update(counted_as(values))


def counted_as(values: dict[str, Any]) -> list[tuple[terms.Dimension, str]]:
    """What a file's own row counts as."""
    found: list[tuple[terms.Dimension, str]] = [("state", terms.state_of(values))]
    return [*found, ("born", values["birth_date"].isoformat())] if values["birth_date"] else found


def counted_whole(values: dict[str, Any], records: Iterable[tuple[Category, Mapping[str, Any]]]) -> tally.Counts:
    """What a file counts as with all its records."""
    found: tally.Counts = Counter(counted_as(values))
    held: set[tuple[terms.Dimension, str]] = set()
    for category, record in records:
        found["records", category.key] += 1
        held.update(terms.counted(category, record).values())
    found.update(held)
    return found


def add_records(session: Session, category: Category, rows: Collection[Mapping[str, Any]]) -> None:
    """Index records that are inserted as plain rows: what a flush does for objects."""
    changes: dict[uuid.UUID, Change] = defaultdict(Change)
    for row in rows:
        _record_change(category, changes[row["dossier_id"]], None, row)
    if rows:
        _apply(session, changes, Counter({("records", category.key): len(rows)}))


def _record_change(
    category: Category, change: Change, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> None:
    was: set[str] = set()
    now: set[str] = set()
    if old is not None:
        change.went |= terms.record_terms(category, old)
        change.counted |= terms.counted(category, old)
        change.days_went |= terms.expiries(category, old)
        was = set(terms.companies(category, old))
    if new is not None:
        change.came |= terms.record_terms(category, new)
        change.counted |= terms.counted(category, new)
        change.days_came |= terms.expiries(category, new)
        now = set(terms.companies(category, new))
    change.companies |= now - was
    change.companies_left |= bool(was - now)


def _values(item: Any, keys: Iterable[str], *, old: bool = False) -> dict[str, Any]:
    """The values of a row now, or as they were before this flush."""
    if not old:
        return {key: getattr(item, key) for key in keys}
    attributes = inspect(item).attrs
    history = {key: attributes[key].history for key in keys}
    return {
        key: past.deleted[0] if past.deleted else getattr(item, key) if past.unchanged else None
        for key, past in history.items()
    }


def entry_row(values: dict[str, Any]) -> dict[str, Any]:
    """What a file's own values give its row of the index."""
    name = values["name"]
    return {
        "name": terms.name_key(name),
        "sort_name": terms.sort_name(name),
        "birth_date": values["birth_date"],
        "shown": shown.text_of(name, values["number"], values["mobile"], terms.state_of(values)),
    }


def _apply(session: Session, changes: Mapping[uuid.UUID, Change], counts: tally.Counts) -> None:
    hold(session.connection(), [owner for owner, change in changes.items() if change.is_any and not change.is_new])
    _write_rows(session, changes)
    if losing := {dossier_id: change for dossier_id, change in changes.items() if change.takes_away}:
        left = _left(session, list(losing))
        for dossier_id, change in losing.items():
            counts.subtract(_take_away(session, dossier_id, change, left[dossier_id]))
    _add(session, changes, counts)


def _write_rows(session: Session, changes: Mapping[uuid.UUID, Change]) -> None:
    """The rows of files that are new, changed or gone themselves."""
    for owner, change in changes.items():
        if change.name_went and change.name_went != change.name_came:
            drop_name(session, owner, change.name_went)
        if change.is_gone:
            session.execute(delete(search_entry).where(search_entry.c.dossier_id == owner))
        elif change.is_new:
            insert_missing(session, search_entry, [{"dossier_id": owner, "companies": "", **change.row}])
        elif change.row:
            session.execute(update(search_entry).where(search_entry.c.dossier_id == owner).values(change.row))


def _add(session: Session, changes: Mapping[uuid.UUID, Change], counts: tally.Counts) -> None:
    """Write what came; of a term by which the dashboard counts people, only if it is new to the file."""
    connection = session.connection()
    came = [(owner, each) for owner, change in changes.items() for each in change.came - change.went]
    days = [(owner, *day) for owner, change in changes.items() for day in change.days_came - change.days_went]
    names = set().union(*(change.companies for change in changes.values()))
    named = [(owner, each.name_came) for owner, each in changes.items() if each.name_came != each.name_went]
    more = {owner: each.companies for owner, each in changes.items() if each.companies and not each.companies_left}
    by_name: dict[tuple[terms.Dimension, str] | None, list[dict[str, Any]]] = defaultdict(list)
    for owner, each in came:
        by_name[changes[owner].counted.get(each)].append({"term": each, "owner_id": owner})
    with together(connection):
        NAME.each(connection, [row for owner, name in named for row in name_rows(owner, name)])
        written = {name: POST.each(connection, rows) for name, rows in by_name.items()}
        EXPIRE.each(connection, [{"dossier_id": owner, "expires_on": on, "category": key} for owner, on, key in days])
        known = companies.Known(connection, names)
        texts = companies.TEXTS.send(connection, more)
    counts.update({name: count() for name, count in written.items() if name is not None})
    if anew := [owner for owner, change in changes.items() if change.companies_left]:
        companies.name_anew(session, anew)
    with together(connection):
        known.settle()
        companies.name_more(connection, (row for sent in texts for row in sent.rows()), more)
        tally.add(connection, counts)


def _take_away(
    session: Session, dossier_id: uuid.UUID, change: Change, kept: Left
) -> list[tuple[terms.Dimension, str]]:
    """Drop what no row of the file gives any more, as another record may still hold the same; returns what it was."""
    left, left_days = kept
    gone = change.went - change.came - left
    dropped = drop_terms(session, dossier_id, gone) if gone else ()
    for on, key in change.days_went - change.days_came - left_days:
        session.execute(
            delete(search_expiry).where(
                search_expiry.c.dossier_id == dossier_id,
                search_expiry.c.expires_on == on,
                search_expiry.c.category == key,
            )
        )

    return [change.counted[each] for each in dropped if each in change.counted]


def _left(session: Session, dossier_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Left]:
    """What the rows that are there now give of each file; all files are read together, as many lose something at once."""
    left: dict[uuid.UUID, Left] = {dossier_id: (set(), set()) for dossier_id in dossier_ids}
    columns = [getattr(Dossier, key) for key in DOSSIER_COLUMNS]
    for dossier_id, *values in session.execute(select(Dossier.id, *columns).where(Dossier.id.in_(dossier_ids))):
        left[dossier_id][0].update(terms.dossier_terms(dict(zip(DOSSIER_COLUMNS, values, strict=True))))
    for category in categories():
        for dossier_id, rows in companies.record_values(session, category, dossier_ids).items():
            found, days = left[dossier_id]
            for record in rows:
                found |= terms.record_terms(category, record)
                days |= terms.expiries(category, record)
    return left
