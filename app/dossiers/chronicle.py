"""What happened to a file, in words: who, when, what, and each field before and after."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, Role, requires
from app.dossiers.card_messages import warning_text
from app.dossiers.masking import masked, masked_address, masked_mobile
from app.locale import _
from app.moments import to_the_minute
from app.validation import in_declared_order, item_of, label, shown
from data.models import AuditEntry, StaffAccount, categories
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS

PAGE_SIZE = 50
CONTRADICTIONS = "contradictions"
MASKS = {"number": masked, "mobile": masked_mobile, "address": masked_address}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; empty where it had or has nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Event:
    """One row of the audit in words."""

    number: int
    at: datetime
    who: str
    what: str
    changes: tuple[FieldChange, ...]


@requires(Action.DOSSIER_VIEW)
def events(
    db: Session, actor: Actor, dossier_id: uuid.UUID, *, before: int | None = None, masking: bool = True
) -> list[Event]:
    """A page (50) of a file's history, newest first, from before the row numbered `before` on."""
    query = select(AuditEntry).where(AuditEntry.dossier_id == dossier_id)
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return _told(db, list(db.scalars(query.order_by(AuditEntry.number.desc()).limit(PAGE_SIZE))), masking=masking)


@requires(Action.DOSSIER_VIEW)
def timeline(db: Session, actor: Actor, dossier_id: uuid.UUID, category: str) -> list[Event]:
    """What happened to the records of one category, the oldest first."""
    query = select(AuditEntry).where(AuditEntry.dossier_id == dossier_id, AuditEntry.subject == category)
    return _told(db, list(db.scalars(query.order_by(AuditEntry.number).limit(500))), masking=True)


def _told(db: Session, entries: list[AuditEntry], *, masking: bool) -> list[Event]:
    ids = {entry.actor_id for entry in entries if entry.actor_id and entry.actor_role != Role.PRACTITIONER}
    accounts = db.scalars(select(StaffAccount).where(StaffAccount.id.in_(ids))) if ids else ()
    names = {account.id: account.display_name for account in accounts}
    return [
        Event(
            entry.number,
            entry.at,
            _who(entry, names),
            _what(entry),
            tuple(_changes(entry, masking=masking)),
        )
        for entry in entries
    ]


def _who(entry: AuditEntry, names: Mapping[uuid.UUID, str]) -> str:
    if entry.actor_role == Role.PRACTITIONER:
        return _("本人")
    if entry.actor_role in {Role.SYSTEM, Role.VISITOR}:
        return _("系统") if entry.actor_role == Role.SYSTEM else _("注册页")
    return names.get(entry.actor_id, _("工作人员")) if entry.actor_id else _("工作人员")


def _what(entry: AuditEntry) -> str:
    subject = _subject(entry.subject)
    if entry.after is not None and "shown" in entry.after:
        return _("查看完整号码")
    if entry.after is not None and "merged_from" in entry.after:
        return _("并入另一份档案，原因：{reason}").format(reason=entry.after["reason"])
    if entry.after is not None and CONTRADICTIONS in entry.after:
        return _("核对原件后保留证件上的矛盾")
    if entry.before is None and entry.after is None:
        return _("查看{subject}").format(subject=subject)
    verb = (
        _("新增{subject}")
        if entry.before is None
        else _("删除{subject}")
        if entry.after is None
        else _("修改{subject}")
    )
    return verb.format(subject=subject)


def _subject(table: str) -> str:
    for category in categories():
        if category.key == table:
            return item_of(category)
    named = {
        "dossier": _("档案"),
        "attachment": _("附件"),
        "signature_scan": _("签名采集表"),
        "signature_sheet": _("打印的采集表"),
        "authenticator": _("身份验证器"),
        "notice": _("短信通知"),
        "notice_choice": _("短信通知的选择"),
    }
    return named.get(table, table)


def _fields(table: str) -> dict[str, Field]:
    if table == "dossier":
        return IDENTITY_FIELDS
    return {field.key: field for each in categories() if each.key == table for field in each.fields}


def _changes(entry: AuditEntry, *, masking: bool) -> Iterable[FieldChange]:
    before, after = entry.before or {}, entry.after or {}
    if "shown" in after:
        return
    fields = _fields(entry.subject)
    for key in in_declared_order({*before, *after}, fields):
        field = fields.get(key)
        name = label(field) if field else _others().get(key)
        old, new = (_text(field, key, side.get(key), masking=masking) for side in (before, after))
        if name and (old or new):
            yield FieldChange(name, old, new)


def _others() -> dict[str, str]:
    return {
        "mobile": _("手机号"),
        "photo": _("照片"),
        CONTRADICTIONS: _("证件上的矛盾"),
        "state": _("档案状态"),
        "state_reason": _("原因"),
        "second_factor_since": _("启用时间"),
        "reset_reason": _("原因"),
        "self_service": _("自助登录"),
        "title": _("标题"),
        "review_state": _("审核状态"),
        "review_reason": _("审核意见"),
    }


def _words() -> dict[str, dict[str, str]]:
    return {
        "state": {"open": _("正常"), "closed": _("已关闭")},
        "self_service": {"window": _("窗口开通"), "sms": _("短信注册")},
        "review_state": {
            "draft": _("草稿"),
            "submitted": _("待审核"),
            "approved": _("已通过"),
            "returned": _("已退回"),
        },
    }


def _text(field: Field | None, key: str, value: Any, *, masking: bool) -> str:
    if value is None or value == "":
        return ""
    if masking and key in MASKS:
        return MASKS[key](str(value))
    if field is not None:
        return shown(field, _stored(field, value))
    if key in _TOLD:
        return _TOLD[key](value)
    return _words().get(key, {}).get(str(value), str(value))


_TOLD: dict[str, Callable[[Any], str]] = {
    CONTRADICTIONS: lambda codes: " ".join(map(warning_text, codes)),
    "second_factor_since": lambda moment: to_the_minute(datetime.fromisoformat(moment)),
    "photo": lambda digest: _("照片 {digest}").format(digest=str(digest)[7:15]),
}
"""Values that are kept in a form of their own."""


def _stored(field: Field, value: Any) -> Any:
    return date.fromisoformat(value) if field.kind == "day" and isinstance(value, str) else value
