"""Holding the rows of files in the search index, so that of two who change one file's index the later sees what the first wrote.

SQLite lets one write at a time. On PostgreSQL everybody who adds, changes or takes away what the index has of a file locks
the file's row of it first, several files in the order of their ids, and then companies: nobody waits in a ring.
"""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import Session

from data.direct import Direct, OfKeys
from data.models import Dossier, search_entry

BORN = Direct(select(Dossier.birth_date).where(Dossier.id == bindparam("dossier")))
_HOLD = OfKeys(
    select(search_entry.c.dossier_id).order_by(search_entry.c.dossier_id).with_for_update(key_share=True),
    search_entry.c.dossier_id,
)
_HOLD_ONE = Direct(
    select(Dossier.birth_date, search_entry.c.companies)
    .where(Dossier.id == bindparam("dossier"), search_entry.c.dossier_id == bindparam("owner"))
    .with_for_update(key_share=True, of=search_entry)
)
_HOLD_ALL = text("LOCK TABLE search_entry, tally_row IN EXCLUSIVE MODE")


def hold(connection: Connection, dossier_ids: Collection[uuid.UUID]) -> None:
    """Hold the files' rows until the transaction ends."""
    if connection.dialect.name != "sqlite":
        _HOLD.send(connection, sorted(dossier_ids))


def hold_all(db: Session) -> None:
    """Let nobody change the index of any file, or what is counted, until the transaction ends; both can be read."""
    if db.get_bind().dialect.name != "sqlite":
        db.execute(_HOLD_ALL)


class HeldFile:
    """One file's row, held; what stands there is read with it, and the person's date of birth."""

    def __init__(self, connection: Connection, owner: uuid.UUID) -> None:
        self._connection = connection
        self._owner = owner
        self._asked = _HOLD_ONE.send(connection, dossier=owner, owner=owner)

    def read(self) -> tuple[date | None, str | None]:
        """Date of birth and companies; for these None where the index has no row of the file yet. To be called once."""
        for born, companies in self._asked.rows():
            return born, companies
        return next((born for (born,) in BORN.all(self._connection, dossier=self._owner)), None), None
