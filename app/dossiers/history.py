"""What a person's identity was before: every correction at the window, field by field, out of the audit trail."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from data.models import AuditEntry, Dossier, StaffAccount
from data.models.dossier import IDENTITY_FIELDS

SHOWN = (*IDENTITY_FIELDS, "photo")
LIMIT = 100


@dataclass(frozen=True)
class Change:
    """One correction: `fields` are (key, value before, value after); a photo's values are hashes."""

    at: datetime
    who: str
    fields: tuple[tuple[str, Any, Any], ...]


@requires(Action.DOSSIER_HISTORY)
def changes(db: Session, actor: Actor, dossier_id: uuid.UUID) -> list[Change]:
    """The corrections of a file's identity data (of its newest 100 changes), newest first, with those of files merged into it."""
    whose = [dossier_id, *db.scalars(select(Dossier.id).where(Dossier.merged_into == dossier_id))]
    query = (
        select(AuditEntry, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == AuditEntry.actor_id)
        .where(AuditEntry.dossier_id.in_(whose), AuditEntry.subject == "dossier", AuditEntry.before.is_not(None))
        .order_by(AuditEntry.number.desc())
        .limit(LIMIT)
    )
    found = [_change(entry, name or "") for entry, name in db.execute(query)]
    return [change for change in found if change.fields]


def _change(entry: AuditEntry, who: str) -> Change:
    before, after = entry.before or {}, entry.after or {}
    return Change(entry.at, who, tuple((key, before[key], after.get(key)) for key in SHOWN if key in before))
