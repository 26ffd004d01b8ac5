"""A file as it stood at the end of any day, out of the audit trail: every change is replayed up to then."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.errors import UserError
from app.locale import _
from data.models import AuditEntry, Dossier, Record, categories
from data.models.declaration import Category, Field
from data.models.dossier import IDENTITY_FIELDS


@dataclass
class PastFile:
    """Identity and records as they stood; the objects are copies and belong to no session."""

    dossier: Dossier
    records: dict[str, list[Record]] = field(default_factory=dict)
    """By category's key, in the order they were entered."""


@requires(Action.DOSSIER_VIEW)
def as_of(db: Session, actor: Actor, dossier_id: uuid.UUID, day: date) -> PastFile:
    """The file at the end of `day`, where the server stands. Raises UserError (`not_yet`) from before it was opened."""
    values = _replayed(db, dossier_id, day)
    identity = values.pop(("dossier", dossier_id), None)
    if identity is None or "number" not in identity:
        raise UserError("not_yet", _("{day} 还没有这份档案").format(day=day))
    dossier = Dossier(id=dossier_id, photo=None, **_typed(IDENTITY_FIELDS.values(), identity))
    dossier.mobile, dossier.self_service = identity.get("mobile"), identity.get("self_service")
    dossier.state = identity.get("state") or "open"
    by_key = {each.key: each for each in categories()}
    file = PastFile(dossier, {key: [] for key in by_key})
    for (table, record_id), found in sorted(values.items(), key=lambda each: each[0][1]):
        if table in by_key:
            file.records[table].append(_record(by_key[table], record_id, found))
    return file


def _replayed(db: Session, dossier_id: uuid.UUID, day: date) -> dict[tuple[str, uuid.UUID], dict[str, Any]]:
    end = datetime.combine(day + timedelta(days=1), time()).astimezone().astimezone(UTC)
    query = (
        select(AuditEntry.subject, AuditEntry.subject_id, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.dossier_id == dossier_id, AuditEntry.at < end)
        .order_by(AuditEntry.number)
    )
    rows: dict[tuple[str, uuid.UUID], dict[str, Any]] = {}
    for subject, subject_id, before, after in db.execute(query.execution_options(yield_per=500)):
        if subject_id is None or (after is not None and "shown" in after):
            continue
        if before is not None and after is None:
            rows.pop((subject, subject_id), None)
        elif after is not None:
            rows.setdefault((subject, subject_id), {}).update(after)
    return rows


def _record(category: Category, record_id: uuid.UUID, values: Mapping[str, Any]) -> Record:
    record: Record = category.model(id=record_id, **_typed(category.fields, values))
    record.review_state = str(values.get("review_state") or "")
    return record


def _typed(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    return {each.key: _value(each, values.get(each.key)) for each in fields}


def _value(of: Field, value: Any) -> Any:
    if of.kind == "day":
        return date.fromisoformat(value) if value else None
    return value or ""
