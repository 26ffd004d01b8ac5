"""The backup that makes itself."""

from datetime import timedelta

from app.access.rights import SYSTEM
from app.jobs.schedule import periodic
from app.safekeeping import backup
from app.settings import settings
from data.engine import Database


@periodic("backup", every=timedelta(minutes=10))
def make_when_due(database: Database) -> None:
    """Make a backup when the newest verified one is as old as the setting says."""
    hours = settings().backup_hours
    if not hours:
        return
    with database.read() as db:
        age = backup.state(db).age
    if age is None or age >= timedelta(hours=hours):
        backup.make(database, SYSTEM, settings())
