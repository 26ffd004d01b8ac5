"""One new record's place in the search index: what a flush writes for objects, asked for without waiting."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.dossiers import companies, tally, terms
from app.dossiers.holding import HeldFile
from app.dossiers.postings import EXPIRE, post_of_file
from data.models.declaration import Category


class Placing:
    """It sends what is to be written when it is made; `settle` reads what was new, and writes what hangs on that."""

    def __init__(self, connection: Connection, category: Category, row: Mapping[str, Any]) -> None:
        owner: uuid.UUID = row["dossier_id"]
        self._connection = connection
        self._owner = owner
        self._category = category
        self._file = HeldFile(connection, owner)
        self._named: str | None = None
        self._counted = terms.counted(category, row)
        came = terms.record_terms(category, row)
        self._posted = post_of_file(len(came)).send(
            connection, owner=owner, **{f"term{place}": each for place, each in enumerate(came)}
        )
        EXPIRE.each(
            connection,
            [{"dossier_id": owner, "expires_on": on, "category": key} for on, key in terms.expiries(category, row)],
        )
        self._names = terms.companies(category, row)
        self._known = companies.Known(connection, self._names) if self._names else None

    def birth_date(self) -> date | None:
        """The person's, which is asked for together with what the index needs. To be called once, before `settle`."""
        born, self._named = self._file.read()
        return born

    def settle(self) -> None:
        """Finish it. Of a term by which the dashboard counts people, one is counted only if it is new to the file."""
        counts: tally.Counts = Counter({("records", self._category.key): 1})
        counts.update(self._counted[new] for (new,) in self._posted.rows() if new in self._counted)
        if self._known is not None:
            self._known.settle()
            texts = [] if self._named is None else [(self._owner, self._named)]
            companies.name_more(self._connection, texts, {self._owner: self._names})
        tally.add(self._connection, counts)
