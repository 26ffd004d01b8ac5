"""How the installation is: backups, background jobs, SMS and desks, for the administrator to see at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.safekeeping import backup
from app.safekeeping.backup import BackupState
from app.settings import settings
from data.clock import database_now
from data.models import Desk, Job, PeriodicRun, SmsMessage

LATELY = timedelta(hours=24)
LATE_AFTER = 2
"""A backup is late when it is this many times as old as it should ever be."""


@dataclass(frozen=True)
class Health:
    """Counts are of the last 24 hours unless they are of now."""

    backup: BackupState
    backup_is_late: bool
    jobs_waiting: int
    jobs_running: int
    jobs_failed: int
    waiting_since: datetime | None
    """When the job that waits longest was put in."""
    failing: tuple[str, ...]
    """Periodic functions whose last run failed."""
    sms: Mapping[str, int]
    """Messages by what became of them: accepted, refused, unknown, queued."""
    desks: int
    """Active ones, of now."""
    desk_seen_at: datetime | None
    """When a reading of any desk was verified last."""


@requires(Action.SYSTEM_WATCH)
def health(db: Session, actor: Actor) -> Health:
    """How things stand."""
    since, backed_up = database_now(db) - LATELY, backup.state(db)
    waiting, waiting_since = db.execute(
        select(func.count(), func.min(Job.created_at)).where(Job.state == "queued")
    ).one()
    desks, desk_seen_at = db.execute(select(func.count(), func.max(Desk.seen_at)).where(Desk.state == "active")).one()
    by_status = select(SmsMessage.status, func.count().label("messages")).group_by(SmsMessage.status)
    return Health(
        backup=backed_up,
        backup_is_late=_is_late(backed_up),
        jobs_waiting=waiting,
        jobs_running=_count(db, Job.state == "running"),
        jobs_failed=_count(db, Job.state.in_(("failed", "interrupted")), Job.ended_at > since),
        waiting_since=waiting_since,
        failing=tuple(db.scalars(select(PeriodicRun.name).where(~PeriodicRun.succeeded).order_by(PeriodicRun.name))),
        sms={row.status: row.messages for row in db.execute(by_status.where(SmsMessage.created_at > since))},
        desks=desks,
        desk_seen_at=desk_seen_at,
    )


def _is_late(backed_up: BackupState) -> bool:
    hours = settings().backup_hours
    return bool(hours) and (backed_up.age is None or backed_up.age > timedelta(hours=hours * LATE_AFTER))


def _count(db: Session, *where: ColumnElement[bool]) -> int:
    return db.scalars(select(func.count()).select_from(Job).where(*where)).one()
