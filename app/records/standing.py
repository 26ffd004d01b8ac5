"""Where a record stands, as the person and staff are told: its state, the reason, what is approved and still holds."""

import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.locale import _
from app.records import life
from data.models import Decision, Record
from data.models.declaration import Category
from data.models.record import APPROVED, DRAFT, RETURNED, SUBMITTED


@dataclass(frozen=True)
class Standing:
    """State and reason of a record. `earlier`: a version approved before still holds; `void`: the approval no longer fits."""

    state: str
    reason: str
    reviewed: bool
    earlier: bool
    void: bool

    @property
    def can_be_submitted(self) -> bool:
        """Whether the person can hand it in."""
        return self.state in (DRAFT, RETURNED)


@requires(Action.RECORD_VIEW)
def standings(
    db: Session, actor: Actor, dossier_id: uuid.UUID, category: Category, records: Sequence[Record]
) -> dict[uuid.UUID, Standing]:
    """Where each of the file's records stands; every approval is checked against the content it was given for."""
    approvals = [record.approval_id for record in records if record.approval_id is not None]
    query = select(Decision.id, Decision.digest).where(Decision.id.in_(approvals), Decision.dossier_id == dossier_id)
    digests = {decision_id: bytes(digest) for decision_id, digest in db.execute(query)} if approvals else {}
    sha256 = life.sha256_of(db, [record.id for record in records]) if approvals else {}
    return {record.id: _standing(category, record, digests, sha256.get(record.id)) for record in records}


@requires(Action.RECORD_VIEW)
def approved_version(db: Session, actor: Actor, dossier_id: uuid.UUID, record: Record) -> Decision | None:
    """The approval that holds, with the values it was given for; None where nobody has approved."""
    if record.approval_id is None:
        return None
    return db.scalar(select(Decision).where(Decision.id == record.approval_id, Decision.dossier_id == dossier_id))


def told(standing: Standing) -> str:
    """A record's standing in words."""
    lines = [_words(standing)]
    if standing.reason:
        text = _("管理部门已更正，原因：{reason}") if standing.state == APPROVED else _("原因：{reason}")
        lines.append(text.format(reason=standing.reason))
    if standing.earlier:
        lines.append(_("原审核通过的内容继续有效"))
    return "\n".join(lines)


def _words(standing: Standing) -> str:
    if standing.void:
        return _("审核已失效：内容与审核时不同")
    match standing.state:
        case "draft":
            return _("草稿，未提交")
        case "submitted":
            return _("待审核")
        case "returned":
            return _("已退回")
        case _state:
            return _("已审核") if standing.reviewed else _("已登记")


def _standing(category: Category, record: Record, digests: dict[uuid.UUID, bytes], sha256: bytes | None) -> Standing:
    approval = record.approval_id
    void = False
    if record.review_state == APPROVED and approval is not None:
        now = life.digest(category, record.id, life.content_of(category, record), sha256)
        void = not hmac.compare_digest(now, digests.get(approval, b""))
    return Standing(
        state=record.review_state,
        reason=record.review_reason or "",
        reviewed=approval is not None,
        earlier=approval is not None and record.review_state in (DRAFT, SUBMITTED, RETURNED),
        void=void,
    )
