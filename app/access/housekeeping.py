"""What log-ins leave behind is deleted when it says nothing any more."""

from datetime import timedelta

from sqlalchemy import delete

from app.access import devices, limits
from app.jobs.schedule import periodic
from data.clock import database_now
from data.engine import Database
from data.models import Captcha, KnownDevice, LoginTicket, OneTimeCode, UserSession

SESSIONS_KEPT = timedelta(days=90)
"""The audit names sessions; this long an administrator can still see which one it was."""


@periodic("access.tidy", every=timedelta(hours=1))
def tidy(database: Database) -> None:
    """Delete expired captchas, codes, tickets, old sessions and browsers, and the limiter's rows without a say."""
    limits.forget_old(database)
    with database.write() as db:
        now = database_now(db)
        for model in (Captcha, LoginTicket, OneTimeCode):
            db.execute(delete(model).where(model.expires_at < now))
        db.execute(delete(UserSession).where(UserSession.expires_at < now - SESSIONS_KEPT))
        db.execute(delete(KnownDevice).where(KnownDevice.used_at < now - timedelta(days=devices.DAYS)))
