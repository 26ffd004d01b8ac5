"""What the audit knows of the made-up people: how each file and record came, and the decision about each record."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app.access.rights import Action, Role
from app.audit import chain
from app.audit.trail import UNKEPT
from data.models import Base, Dossier
from data.models.record import APPROVED, SUBMITTED

ROWS = 20_000
CLERK, REVIEWER = uuid.UUID(int=1), uuid.UUID(int=2)
DECIDED = {"before": {"review_state": SUBMITTED}, "after": {"review_state": APPROVED}}

Written = Mapping[type[Base], Sequence[Mapping[str, Any]]]


def put_on_record(db: Session, written: Written) -> None:
    """Chain the audit rows of what was written: about twelve a person."""
    rows = _rows(written)
    while some := list(islice(rows, ROWS)):
        chain.append(db, some)


def count(written: Written) -> int:
    """How many audit rows that makes."""
    return sum(len(rows) if model is Dossier else 2 * len(rows) for model, rows in written.items())


def _rows(written: Written) -> Iterator[dict[str, Any]]:
    for model, rows in written.items():
        subject = model.__tablename__
        for row in rows:
            is_file = model is Dossier
            owner = row["id"] if is_file else row["dossier_id"]
            about = {
                "at": row["created_at"],
                "session_id": None,
                "subject": subject,
                "subject_id": row["id"],
                "dossier_id": owner,
            }
            after = {key: value and str(value) for key, value in row.items() if key not in UNKEPT}
            action = Action.DOSSIER_OPEN if is_file else Action.RECORD_EDIT
            by = (CLERK, Role.CLERK) if is_file else (owner, Role.PRACTITIONER)
            yield about | _done(action, *by) | {"before": None, "after": after}
            if not is_file:
                yield about | _done(Action.REVIEW, REVIEWER, Role.REVIEWER) | DECIDED


def _done(action: Action, actor_id: uuid.UUID, role: Role) -> dict[str, Any]:
    return {"action": action.value, "actor_id": actor_id, "actor_role": role.value}
