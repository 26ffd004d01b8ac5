"""What is over is deleted, what still counts stays."""

from sqlalchemy import func, select, update

from app.access import captchas, housekeeping
from app.access.tokens import token_hash
from data.engine import Database
from data.models import Captcha
from data.models.base import utc_now


def test_expired_captchas_go_and_living_ones_stay(database: Database) -> None:
    with database.write() as db:
        captchas.new(db, "old")
        captchas.new(db, "new")
        old = update(Captcha).where(Captcha.visit_hash == token_hash("old"))
        db.execute(old.values(expires_at=utc_now().replace(year=2020)))
    housekeeping.tidy(database)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Captcha)) == 1
