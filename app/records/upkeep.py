"""What is done to records without anybody asking: the trash is emptied of what has lain its time."""

from datetime import time

from app.access.rights import SYSTEM
from app.jobs.schedule import periodic
from app.records import trash
from data.engine import Database


@periodic("trash", daily=time(3, 30))
def empty_trash(database: Database) -> None:
    """Delete for good, some rows a transaction, so that nobody waits for it."""
    cleared = trash.CLEARED_AT_ONCE
    while cleared == trash.CLEARED_AT_ONCE:
        with database.write() as db:
            cleared = trash.clear(db, SYSTEM)
