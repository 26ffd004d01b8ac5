"""Building the search index anew, in one transaction: after a restore, or after changes past the application."""

import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers import tally, terms
from app.dossiers.companies import company_text, record_values
from app.dossiers.holding import hold_all
from app.dossiers.index import DOSSIER_COLUMNS, counted_whole, entry_row
from data.bulk import bulk_insert
from data.models import (
    Dossier,
    categories,
    search_company,
    search_entry,
    search_expiry,
    search_name,
    search_posting,
)

CHUNK = 100_000
"""Files whose postings are sorted before they are written: an index that is filled in its order is filled quickly."""
BATCH = 2_000
TABLES = (search_posting, search_name, search_entry, search_expiry, search_company)


@requires(Action.INDEX_REBUILD)
def reindex(db: Session, actor: Actor, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Build the index anew; returns how many files it holds."""
    hold_all(db)
    for table in TABLES:
        db.execute(delete(table))
    known: dict[int, str] = {}
    counts: tally.Counts = Counter()
    done = 0
    last: uuid.UUID | None = None
    while chunk := _Chunk.read(db, last, known, counts):
        done += len(chunk.ids)
        last = chunk.ids[-1]
        bulk_insert(db, search_entry, chunk.entries)
        bulk_insert(db, search_expiry, chunk.expiries)
        bulk_insert(db, search_posting, chunk.postings())
        bulk_insert(db, search_name, chunk.names())
        progress(done)
    _write_companies(db, known)
    tally.replace(db, counts)
    return done


class _Chunk:
    """What some files following one another give the index."""

    def __init__(self) -> None:
        self.ids: list[uuid.UUID] = []
        self.entries: list[dict[str, Any]] = []
        self.expiries: list[dict[str, Any]] = []
        self._terms, self._owners = array("q"), array("i")
        self._name_terms, self._named = array("q"), array("i")

    @classmethod
    def read(cls, db: Session, last: uuid.UUID | None, known: dict[int, str], counts: tally.Counts) -> "_Chunk | None":
        """The files after `last`; None at the end. Companies met are added to `known`, what they count as to `counts`."""
        chunk = cls()
        columns = [Dossier.id, *(getattr(Dossier, key) for key in DOSSIER_COLUMNS)]
        while len(chunk.ids) < CHUNK:
            query = select(*columns).order_by(Dossier.id).limit(BATCH)
            rows = db.execute(query.where(Dossier.id > last) if last else query).mappings().all()
            if not rows:
                break
            chunk.add(db, [dict(row) for row in rows], known, counts)
            last = chunk.ids[-1]
        return chunk if chunk.ids else None

    def add(self, db: Session, dossiers: list[dict[str, Any]], known: dict[int, str], counts: tally.Counts) -> None:
        """Take in some files with all their records."""
        ids = [row["id"] for row in dossiers]
        by_category = [(category, record_values(db, category, ids)) for category in categories()]
        for row in dossiers:
            owner = row["id"]
            records = [(category, values) for category, found in by_category for values in found.get(owner, ())]
            named = [name for category, values in records for name in terms.companies(category, values)]
            known.update((terms.term("company", name), name) for name in named)
            self.entries.append({"dossier_id": owner, "companies": company_text(named), **entry_row(row)})
            days = set().union(*(terms.expiries(category, values) for category, values in records))
            self.expiries += [{"dossier_id": owner, "expires_on": on, "category": key} for on, key in days]
            counts.update(counted_whole(row, records))
            found = terms.all_terms(row, records)
            self._terms.extend(found)
            self._owners.extend([len(self.ids)] * len(found))
            of_name = terms.name_terms(row["name"])
            self._name_terms.extend(of_name)
            self._named.extend([len(self.ids)] * len(of_name))
            self.ids.append(owner)

    def postings(self) -> Iterator[dict[str, Any]]:
        """The postings in the order of their key."""
        found = np.frombuffer(self._terms, dtype=np.int64)
        for at in np.argsort(found, kind="stable"):
            yield {"term": self._terms[at], "owner_id": self.ids[self._owners[at]]}

    def names(self) -> Iterator[dict[str, Any]]:
        """The terms of names in the order of their key."""
        by_name = sorted(range(len(self.ids)), key=lambda at: (self.entries[at]["sort_name"].encode(), self.ids[at]))
        ranks = np.argsort(np.array(by_name))
        named = np.frombuffer(self._named, dtype=np.int32)
        for at in np.lexsort((ranks[named], np.frombuffer(self._name_terms, dtype=np.int64))):
            owner = self._named[at]
            sort_name = self.entries[owner]["sort_name"]
            yield {"term": self._name_terms[at], "sort_name": sort_name, "owner_id": self.ids[owner]}


def _write_companies(db: Session, known: dict[int, str]) -> None:
    rows = sorted((terms.company_id(each), each, terms.name_key(name)) for each, name in known.items())
    bulk_insert(db, search_company, [dict(zip(("company_id", "term", "name"), row, strict=True)) for row in rows])
    pieces = sorted((piece, owner) for owner, _term, name in rows for piece in terms.company_terms(name))
    bulk_insert(db, search_posting, [{"term": piece, "owner_id": owner} for piece, owner in pieces])
