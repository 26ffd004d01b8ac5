"""Dynamic passwords by the database's clock, also when somebody puts it back."""

from datetime import timedelta

from sqlalchemy import update

from app.access import codes
from app.access.codes import Purpose, Recipient
from data.engine import Database
from data.models import OneTimeCode
from data.models.base import utc_now

WHOM = Recipient("190101199003070012", "+8613800000001", Purpose.LOGIN)
VISIT = "a visit"


def test_a_clock_put_back_makes_no_code_live_longer(database: Database) -> None:
    with database.write() as db:
        code = codes.issue(db, VISIT, WHOM)
        later = utc_now() + timedelta(hours=1)
        db.execute(update(OneTimeCode).values(created_at=later, expires_at=later + timedelta(seconds=90)))
        db.expire_all()
        assert not codes.redeem(db, VISIT, WHOM, code)
        db.execute(update(OneTimeCode).values(created_at=utc_now() - timedelta(seconds=1)))
        db.expire_all()
        assert codes.redeem(db, VISIT, WHOM, code)
