"""Notices by themselves: what expires is looked up by day, what waits is sent every minute."""

from datetime import UTC, datetime, timedelta

from app import preferences
from app.access import delivery
from app.access.rights import SYSTEM
from app.jobs.schedule import periodic
from app.notices import expiry, sending
from data.engine import Database

FROM_HOUR, TO_HOUR = 8, 20
"""Nobody is woken up because a certificate expires in a month."""


@periodic("notices.expiry", every=timedelta(hours=1))
def note_what_expires(database: Database) -> None:
    """Note the notices that are due, by day, where the administrator switched them on."""
    if not FROM_HOUR <= datetime.now(UTC).astimezone().hour < TO_HOUR:
        return
    with database.read() as db:
        wanted = preferences.current(db)
    if not wanted.expiry_notices:
        return
    noted = expiry.NOTED_AT_ONCE
    while noted == expiry.NOTED_AT_ONCE:
        with database.write() as db:
            noted = expiry.note_some(db, SYSTEM, wanted.expiry_notice_days)


@periodic("notices.send", every=timedelta(minutes=1))
def send(database: Database) -> None:
    """Send what waits."""
    sending.send_waiting(database, delivery.gateway())
