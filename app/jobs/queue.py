"""The queue of jobs, one table for all servers: put in, claim, end, cancel."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, Role, requires
from app.errors import UserError
from app.jobs.registry import KINDS, kind_of
from app.jobs.running import LEASE, Running
from app.locale import _, current_language
from data.clock import database_now
from data.engine import Database
from data.models import Job, StaffAccount
from data.models.base import new_id

MOST_RUNS = 3
"""A job that three servers died over is not begun again."""
UNFINISHED = ("queued", "running")


def enqueue(db: Session, actor: Actor, kind: str, parameters: Mapping[str, Any], *, state: str = "queued") -> Job:
    """Put a job in; the service that calls this has checked the right. A `draft` waits until it is set to `queued`."""
    job = Job(
        id=new_id(),
        state=state,
        kind=kind_of(kind).name,
        parameters=dict(parameters),
        owner_id=actor.subject_id,
        owner_role=actor.role.value,
        language=current_language(),
    )
    db.add(job)
    db.flush()
    return job


@requires(Action.JOB_FOLLOW)
def follow(db: Session, actor: Actor, job_id: uuid.UUID) -> Job:
    """A job as it stands: one's own, or anybody's for the administrator. Raises UserError (`gone`)."""
    job = db.get(Job, job_id, populate_existing=True)
    if job is None or (actor.role not in (Role.ADMINISTRATOR, Role.SYSTEM) and job.owner_id != actor.subject_id):
        raise UserError("gone", _("没有这项后台任务"))
    return job


@requires(Action.JOB_FOLLOW)
def listing(db: Session, actor: Actor, kinds: tuple[str, ...], limit: int = 20) -> list[Job]:
    """The newest jobs of some kinds, newest first: one's own, or all for the administrator."""
    query = select(Job).where(Job.kind.in_(kinds)).order_by(Job.id.desc()).limit(limit)
    if actor.role not in (Role.ADMINISTRATOR, Role.SYSTEM):
        query = query.where(Job.owner_id == actor.subject_id)
    return list(db.scalars(query))


@requires(Action.JOB_FOLLOW)
def cancel(db: Session, actor: Actor, job_id: uuid.UUID) -> None:
    """Cancel a job; one that runs ends at its next checkpoint and keeps what it has done. Raises UserError."""
    job = follow(db, actor, job_id)
    waiting = update(Job).where(Job.id == job.id, Job.state == "queued")
    db.execute(waiting.values(state="cancelled", ended_at=database_now(db)))
    db.execute(update(Job).where(Job.id == job.id, Job.state == "running").values(cancel_asked=True))


def claim(database: Database, job_id: uuid.UUID | None = None) -> Running | None:
    """Take the oldest job that waits or whose server is gone (or only `job_id`); None when there is none."""
    with database.read() as db:
        waiting = select(Job.id).where(_claimable(db)).order_by(Job.id).limit(1)
        candidate = db.scalar(waiting if job_id is None else waiting.where(Job.id == job_id))
    if candidate is None:
        return None
    with database.write() as db:
        return _take(db, database, candidate)


def _claimable(db: Session) -> ColumnElement[bool]:
    abandoned = and_(Job.state == "running", Job.lease_until < database_now(db))
    return and_(or_(Job.state == "queued", abandoned), Job.kind.in_(list(KINDS)))


def _take(db: Session, database: Database, job_id: uuid.UUID) -> Running | None:
    holder = uuid.uuid4()
    taken = (
        update(Job)
        .where(Job.id == job_id, _claimable(db))
        .values(state="running", holder=holder, lease_until=database_now(db) + LEASE, runs=Job.runs + 1)
        .returning(Job.runs)
    )
    runs = db.scalar(taken)
    if runs is None:
        return None  # another server was quicker
    job = db.get_one(Job, job_id)
    actor = _owner(db, job)
    if job.cancel_asked:
        _close(db, job_id, holder, state="cancelled")
    elif runs > 1 and not (KINDS[job.kind].resumable and runs <= MOST_RUNS):
        _close(db, job_id, holder, state="interrupted", message=_("运行这项任务的服务器中断了，请重新开始"))
    elif actor is None:
        _close(db, job_id, holder, state="failed", message=_("发起这项任务的账号已停用或岗位已变更"))
    else:
        return _run_of(job, holder, database, actor)
    return None


def taken(database: Database, job_id: uuid.UUID, holder: uuid.UUID) -> Running | None:
    """The run that another process of this server took; None when it is that run's no more."""
    with database.read() as db:
        job = db.get(Job, job_id)
        if job is None or (job.state, job.holder) != ("running", holder):
            return None
        actor = _owner(db, job)
        return None if actor is None else _run_of(job, holder, database, actor)


def _run_of(job: Job, holder: uuid.UUID, database: Database, actor: Actor) -> Running:
    return Running(job.id, job.kind, holder, database, actor, job.parameters, job.done, job.total)


def _owner(db: Session, job: Job) -> Actor | None:
    """Who the job acts for, as long as the account still has the role it had."""
    if job.owner_id is None:
        return Actor(Role(job.owner_role))
    account = db.get(StaffAccount, job.owner_id)
    if account is None or account.state != "active" or account.role != job.owner_role:
        return None
    return Actor(Role(account.role), account.id, name=account.display_name)


def end(running: Running, state: str, message: str = "", result: dict[str, Any] | None = None) -> None:
    """Note how a run ended; nothing when another run has the job by now."""
    with running.database.write() as db:
        _close(db, running.job_id, running.holder, state=state, message=message, result=result)


def give_back(running: Running) -> None:
    """Let another server go on with a job that this one began; it is not counted against the job."""
    with running.database.write() as db:
        mine = update(Job).where(Job.id == running.job_id, Job.holder == running.holder, Job.state == "running")
        db.execute(mine.values(state="queued", holder=None, lease_until=None, runs=Job.runs - 1))


def _close(db: Session, job_id: uuid.UUID, holder: uuid.UUID | None, *, state: str, **values: Any) -> None:
    if values.get("result") is None:
        values.pop("result", None)  # what a job that ended early had noted stays
    mine = update(Job).where(Job.id == job_id, Job.holder == holder)
    db.execute(mine.values(state=state, lease_until=None, ended_at=database_now(db), **values))
