"""Rows by direct statements and by objects, and what of them is kept: for the tests of transactions."""

import uuid
from datetime import date
from functools import partial

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.direct import Direct
from data.engine import Database, insert_and_tell, insert_or_leave
from data.models import Preference, search_expiry
from data.models.base import new_id
from data.unit import Unit

DAY = date(2026, 12, 1)
COME = Direct(partial(insert_or_leave, search_expiry))
REFUSED = Direct(partial(insert_and_tell, search_expiry))
OF_DAY = Direct(select(search_expiry.c.dossier_id).where(search_expiry.c.expires_on == bindparam("day")))
OF_OWNER = Direct(select(search_expiry.c.expires_on).where(search_expiry.c.dossier_id == bindparam("owner")))
KEYS = Direct(select(Preference.key))
REFUSED_BY_THE_COMMIT = (
    "CREATE TABLE known (id INTEGER PRIMARY KEY)",
    "CREATE TABLE knows (id INTEGER REFERENCES known DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO knows VALUES (1)",
)


def come(db: Session) -> uuid.UUID:
    """A row by a direct statement."""
    owner = new_id()
    COME.each(db.connection(), [{"dossier_id": owner, "expires_on": DAY, "category": "skills"}])
    return owner


def prefer(db: Session, key: str = "x") -> None:
    """A row by an object."""
    db.info["acting"] = None
    db.add(Preference(key=key, value="1"))


def there(database: Database) -> tuple[int, int]:
    """How many rows of either kind are kept."""
    with database.read() as db:
        return len(OF_DAY.all(db.connection(), day=DAY)), len(KEYS.all(db.connection()))


def flowing(db: Session) -> Unit:
    """The session, waiting for no answers."""
    assert isinstance(db, Unit)
    db.flow()
    return db
