"""Hints for the reviewer, never verdicts: what a careful colleague would point at."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.attachments import looks
from app.dossiers.service import today
from app.dossiers.wanted import age_on
from app.locale import _
from app.validation import label
from data.models import Attachment, Degree, Dossier, Education, MobileUse, Record, Title, Work
from data.models.declaration import Category

OVERLAP_DAYS = 31
"""People give months, not days: two jobs may touch by one."""
WORKING_AGE = 16
"""Labour Law of the People's Republic of China, article 15."""
SCHOOL_AGE = 14
EXPIRES_WITHIN_DAYS = 60
MOST_OTHERS = 5


@dataclass(frozen=True)
class Hint:
    """Something to look at; `dossier_id` is the other person's file it is about."""

    code: str
    message: str
    dossier_id: uuid.UUID | None = None


def hints_for(db: Session, category: Category, record: Record, attachment: Attachment | None) -> list[Hint]:
    """Everything worth pointing at in one record, what concerns other people first."""
    dossier = db.get_one(Dossier, record.dossier_id)
    return [
        *_same_number(db, record),
        *_same_picture(db, attachment),
        *_shared_mobile(db, dossier),
        *_overlapping_jobs(db, record),
        *_title_before_degree(db, record),
        *_too_young(category, record, dossier.birth_date),
        *_expiry(category, record),
    ]


def _same_number(db: Session, record: Record) -> Iterator[Hint]:
    number = getattr(record, "certificate_number", "")
    if not number:
        return
    model: type[Record] = type(record)
    query = (
        select(Dossier.id, Dossier.name)
        .join(model, model.dossier_id == Dossier.id)
        .where(getattr(model, "certificate_number") == number, model.dossier_id != record.dossier_id)  # noqa: B009
        .limit(MOST_OTHERS)
    )
    for dossier_id, name in db.execute(query):
        text = _("证书编号 {number} 也登记在 {name} 名下").format(number=number, name=name)
        yield Hint("same_number", text, dossier_id)


def _same_picture(db: Session, attachment: Attachment | None) -> Iterator[Hint]:
    if attachment is None:
        return
    same = select(Attachment).where(
        Attachment.sha256 == attachment.sha256, Attachment.dossier_id != attachment.dossier_id
    )
    identical = {other.dossier_id for other in db.scalars(same.limit(MOST_OTHERS))}
    alike = {other.dossier_id for other in looks.alike(db, attachment)} - identical
    for found, code, text in (
        (identical, "same_file", _("附件与 {name} 的附件是同一个文件")),
        (alike, "same_picture", _("附件与 {name} 的附件看起来几乎相同")),
    ):
        for dossier_id, name in _names(db, found):
            yield Hint(code, text.format(name=name), dossier_id)


def _shared_mobile(db: Session, dossier: Dossier) -> Iterator[Hint]:
    if dossier.mobile_index is None:
        return
    others = select(MobileUse.dossier_id).where(
        MobileUse.mobile_index == dossier.mobile_index, MobileUse.dossier_id != dossier.id
    )
    for dossier_id, name in _names(db, set(db.scalars(others.limit(MOST_OTHERS)))):
        yield Hint("shared_mobile", _("手机号也曾登记在 {name} 名下").format(name=name), dossier_id)


def _overlapping_jobs(db: Session, record: Record) -> Iterator[Hint]:
    if not isinstance(record, Work):
        return
    others = select(Work).where(Work.dossier_id == record.dossier_id, Work.id != record.id).order_by(Work.id)
    end = record.ended_on or today()
    for other in db.scalars(others.limit(100)):
        days = (min(end, other.ended_on or today()) - max(record.started_on, other.started_on)).days
        if days > OVERLAP_DAYS:
            text = _("与在 {employer} 的工作重叠 {days} 天").format(employer=other.employer, days=days)
            yield Hint("overlapping_jobs", text)


def _title_before_degree(db: Session, record: Record) -> Iterator[Hint]:
    if not isinstance(record, Title):
        return
    days = [
        db.scalar(
            select(model.issued_on).where(model.dossier_id == record.dossier_id).order_by(model.issued_on).limit(1)
        )
        for model in (Education, Degree)
    ]
    first = min((day for day in days if day is not None), default=None)
    if first is not None and record.approved_on < first:
        text = _("职称通过日期 {approved} 早于最早的学历学位证书 {issued}")
        yield Hint("title_before_degree", text.format(approved=record.approved_on, issued=first))


def _too_young(category: Category, record: Record, birth_date: date | None) -> Iterator[Hint]:
    if birth_date is None:
        return
    least = SCHOOL_AGE if isinstance(record, Education) else WORKING_AGE
    for field in category.fields:
        day = getattr(record, field.key)
        begins_school = isinstance(record, Education) and field.key == "started_on"
        if isinstance(day, date) and field.past and not begins_school and age_on(day, birth_date) < least:
            text = _("{field} {day} 时本人 {age} 岁")
            yield Hint("too_young", text.format(field=label(field), day=day, age=age_on(day, birth_date)))


def _expiry(category: Category, record: Record) -> Iterator[Hint]:
    for field in category.fields:
        if field.key not in Record.looked_up or field.kind != "day":
            continue
        day = getattr(record, field.key)
        if day < today():
            yield Hint("expired", _("已于 {day} 过期").format(day=day))
        elif day <= today() + timedelta(days=EXPIRES_WITHIN_DAYS):
            yield Hint("expiring", _("{days} 天后（{day}）到期").format(days=(day - today()).days, day=day))


def _names(db: Session, dossier_ids: set[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    if not dossier_ids:
        return []
    query = select(Dossier.id, Dossier.name).where(Dossier.id.in_(dossier_ids)).order_by(Dossier.id)
    return [(dossier_id, name) for dossier_id, name in db.execute(query)]
