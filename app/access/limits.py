"""How often something may be tried: one row a subject in the database, changed under its lock.

What a policy says stands in `app.access.policies`.
"""

import math

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.policies import FORGIVEN_AFTER, State, decide, parse_policy, up
from app.errors import UserError
from app.locale import _
from data.clock import database_now
from data.engine import Database, insert_missing
from data.models import Base, LimitState
from data.models.base import new_id
from data.vault import vault


def hit(db: Session, subject: str, policy: str) -> int:
    """Count one try of `subject`; returns the seconds to wait, 0 when it may go on. The caller commits either way."""
    parsed = parse_policy(policy)
    row = _locked_row(db, subject)
    state, wait = decide(State(tuple(row.hits), row.locked_until, row.locks), parsed, database_now(db).timestamp())
    row.hits, row.locked_until, row.locks = list(state.hits), state.locked_until, state.locks
    row.forget_at = max(state.locked_until + FORGIVEN_AFTER, (state.hits or (0.0,))[-1] + parsed.memory)
    return wait


def count_try(database: Database, *tries: tuple[str, str]) -> None:
    """Count a try of each subject (subject, policy) until one refuses. Raises UserError (`too_many`).

    In a transaction of its own: it stays counted. Put the address first: one that is refused costs nobody else a try.
    """
    with database.write() as db:
        wait = next((wait for subject, policy in tries if (wait := hit(db, subject, policy))), 0)
    if wait:
        raise too_many(wait)


def give_back(db: Session, subject: str) -> None:
    """Take back the newest try of a subject: it was not a wrong one."""
    row = db.scalar(select(LimitState).where(LimitState.subject_index == _index(subject)).with_for_update())
    if row is not None:
        row.hits = row.hits[:-1]


def forget(db: Session, subject: str) -> None:
    """Forget a subject's tries and lift its lock."""
    db.execute(delete(LimitState).where(LimitState.subject_index == _index(subject)))


def waiting(db: Session, subject: str) -> int:
    """Seconds until the lock of `subject` ends; 0 without one. Counts nothing."""
    until = db.scalar(select(LimitState.locked_until).where(LimitState.subject_index == _index(subject)))
    return up(max(0.0, (until or 0.0) - database_now(db).timestamp()))


def too_many(seconds: int) -> UserError:
    """The message for somebody who has to wait."""
    if seconds < 120:
        return UserError("too_many", _("操作过于频繁，请 {seconds} 秒后再试").format(seconds=seconds))
    return UserError("too_many", _("操作过于频繁，请 {minutes} 分钟后再试").format(minutes=math.ceil(seconds / 60)))


def forget_old(database: Database) -> None:
    """Delete the rows that play no part any more."""
    with database.write() as db:
        db.execute(delete(LimitState).where(LimitState.forget_at < database_now(db).timestamp()))


def _locked_row(db: Session, subject: str) -> LimitState:
    """The subject's row, made when there is none, locked until the end of the transaction."""
    table = Base.metadata.tables[LimitState.__tablename__]
    query = select(LimitState).where(LimitState.subject_index == _index(subject))
    locked = query.with_for_update().execution_options(populate_existing=True)
    while True:
        fresh = {"id": new_id(), "subject_index": _index(subject), "hits": [], "locked_until": 0.0, "locks": 0}
        insert_missing(db, table, [{**fresh, "forget_at": 0.0}])
        row = db.scalar(locked)
        if row is not None:
            return row
        # Somebody forgot the row between the two statements.


def _index(subject: str) -> bytes:
    return vault().blind(subject, "limit")
