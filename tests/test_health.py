"""What the administrator is told about the installation: backups, jobs, periodic functions, SMS, desks."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import health
from app.settings import settings
from data.engine import Database
from data.models import BackupRun, Desk, Job, PeriodicRun, SmsMessage
from data.models.base import new_id, utc_now
from tests.people import ADMINISTRATOR


def look(database: Database) -> health.Health:
    with database.read() as db:
        return health.health(db, ADMINISTRATOR)


def note_backup(db: Session, at: datetime) -> None:
    db.execute(insert(BackupRun).values(id=new_id(), file="a", bytes_stored=1, rows=1, made_at=at, verified_at=at))


def test_a_new_installation_has_no_backup_and_is_told_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    found = look(database)
    assert (found.backup.age, found.backup_is_late, found.sms, found.failing) == (None, True, {}, ())
    monkeypatch.setattr(settings(), "backup_hours", 0)
    assert not look(database).backup_is_late


def test_counts_are_of_the_last_day_and_of_now(database: Database) -> None:
    now = utc_now()
    old, recent = now - timedelta(hours=49), now - timedelta(hours=3)
    with database.write() as db:
        note_backup(db, recent)
        for state, ended_at in (("queued", None), ("running", None), ("failed", recent), ("failed", old)):
            job = Job(kind="x", state=state, parameters={}, owner_id=None, created_at=recent, ended_at=ended_at)
            job.owner_role, job.language = "system", "zh-CN"
            db.add(job)
        db.add(PeriodicRun(name="fails", started_at=recent, succeeded=False))
        db.add(PeriodicRun(name="works", started_at=recent, succeeded=True))
        db.add(PeriodicRun(name="runs", started_at=recent))
        for status, created_at in (("accepted", recent), ("refused", recent), ("accepted", old)):
            sms = SmsMessage(mobile="+8613800000001", text="x", purpose="login", gateway="http", status=status)
            sms.created_at = created_at
            db.add(sms)
        for name, state, seen_at in (("一号", "active", recent), ("二号", "revoked", now)):
            db.execute(insert(Desk).values(id=new_id(), name=name, state=state, seen_at=seen_at))
    found = look(database)
    assert not found.backup_is_late
    assert (found.jobs_waiting, found.jobs_running, found.jobs_failed) == (1, 1, 1)
    assert (found.waiting_since, found.desk_seen_at) == (recent, recent)
    assert (found.failing, found.sms, found.desks) == (("fails",), {"accepted": 1, "refused": 1}, 1)


def test_a_backup_twice_as_old_as_it_should_be_is_late(database: Database) -> None:
    made = utc_now() - timedelta(hours=settings().backup_hours * 2, minutes=1)
    with database.write() as db:
        note_backup(db, made)
    assert look(database).backup_is_late
