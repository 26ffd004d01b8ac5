"""Adding checked records, one or many: as rows, with their audit and their place in the index, without objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from app.audit import chain, trail
from app.dossiers import index
from app.dossiers.placing import Placing
from app.records import life
from data.bulk import bulk_insert
from data.direct import Direct
from data.engine import insert_and_tell
from data.flow import answer_now
from data.models import Base
from data.models.base import new_id, utc_now
from data.models.declaration import Category


class Adding:
    """One new record (`id`, `dossier_id`, `review_state` and all values): sent when this is made, kept by `settle`."""

    def __init__(self, db: Session, category: Category, row: Mapping[str, Any]) -> None:
        now = utc_now()
        whole = {"version": 1, "created_at": now, "updated_at": now, **row}
        name = category.model.__tablename__
        connection = db.connection()
        self._db = db
        self._inserted = _insert_of(Base.metadata.tables[name]).send(connection, **whole)
        self._placing = Placing(connection, category, whole)
        if not db.in_nested_transaction():
            chain.lock_ahead(db)
        answer_now(connection)
        self._noted = list(map(chain.ready, trail.added(name, [whole])))

    def birth_date(self) -> date | None:
        """Of the person whose record it is. To be asked once."""
        return self._placing.birth_date()

    def is_new(self) -> bool:
        """Whether there was none of this id; else all that was sent has to be taken back. To be asked once."""
        return bool(self._inserted.rows())

    def settle(self) -> None:
        """Write what hangs on what was there, and the audit."""
        self._placing.settle()
        trail.note_added(self._db, self._noted)


@cache
def _insert_of(table: Table) -> Direct:
    return Direct(partial(insert_and_tell, table))


@dataclass(frozen=True)
class Standing:
    """A record that is approved without a reviewer, and what the trail says of it: ready to be inserted."""

    row: dict[str, Any]
    noted: dict[str, Any]


def standing(category: Category, rows: Sequence[Mapping[str, Any]]) -> list[Standing]:
    """Records (`dossier_id` and all values) made ready. Needs no database: on SQLite nobody else writes meanwhile."""
    now = utc_now()
    whole = [{"id": new_id(), "created_at": now, "updated_at": now, **life.STANDING, **row} for row in rows]
    noted = map(chain.ready, trail.added(category.model.__tablename__, whole))
    return [Standing(*each) for each in zip(whole, noted, strict=True)]


def add_standing(db: Session, category: Category, records: Sequence[Standing]) -> None:
    """Insert records that were made ready. Raises IntegrityError."""
    rows = [each.row for each in records]
    bulk_insert(db, Base.metadata.tables[category.model.__tablename__], rows)
    trail.note_added(db, [each.noted for each in records])
    index.add_records(db, category, rows)
