"""Writes checked rows of people: opens files, or changes what a table may change of known ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers.service import note_mobile_use, was_merged
from app.locale import _
from app.transfer.applying import Counts, Outcome, changes_of, take
from app.transfer.checking import Candidate
from app.transfer.preparing import Plan
from data.models import Dossier
from data.models.base import utc_now
from data.models.dossier import IDENTITY_FIELDS, mobile_index, number_index


@requires(Action.IMPORT_RUN)
def apply_people(db: Session, actor: Actor, plan: Plan, candidates: Sequence[Candidate]) -> Counts:
    """Take prepared rows of people; the problems of those that cannot be taken are noted in them."""
    fit = [row for row in candidates if not row.problems]
    keys = {row.row: (str(row.values["document_type"]), number_index(str(row.values["number"]))) for row in fit}
    numbers = {number for _type, number in keys.values()}
    found = db.scalars(select(Dossier).where(Dossier.number_index.in_(numbers)))
    by_document = {(dossier.document_type, dossier.number_index): dossier for dossier in found}
    known = {row: by_document.get(key) for row, key in keys.items()}
    _refuse_taken_mobiles(db, plan, fit, known)
    outcome = Outcome()
    for row in candidates:
        dossier = known.get(row.row)
        if dossier is not None and plan.update_known:
            row.problems |= _over_card(row, dossier)
        take(db, plan, row, dossier, outcome)
    if plan.write:
        opened = [_opened(plan, row) for row in outcome.new]
        db.add_all(opened)
        db.flush()
        note_mobile_use(db, opened)
    return outcome.counts


def _refuse_taken_mobiles(
    db: Session, plan: Plan, fit: Sequence[Candidate], known: Mapping[int, Dossier | None]
) -> None:
    """Note a problem at mobiles that are another person's, in the database or in the table."""
    indices = {row.row: mobile_index(row.values["mobile"]) for row in fit if row.values.get("mobile")}
    bound = select(Dossier.mobile_index, Dossier.id).where(Dossier.mobile_index.in_(set(indices.values())))
    holders = {index: holder for index, holder in db.execute(bound) if index}
    for row in fit:
        index = indices.get(row.row)
        if index is None:
            continue
        dossier = known[row.row]
        holder = holders.get(index)
        earlier = plan.seen.earlier(row.row, ("mobile", index), row.values["number"])
        if holder is not None and (dossier is None or dossier.id != holder):
            row.problems["mobile"] = _("该手机号已登记在另一人的档案上")
        elif earlier is not None and not earlier[1]:
            row.problems["mobile"] = _("该手机号与第 {row} 行另一人的相同").format(row=earlier[0])


def _over_card(row: Candidate, dossier: Dossier) -> dict[str, str]:
    """What a chip said is not changed by a list, nor is a file that was brought into another."""
    if dossier.merged_into is not None:
        return {"number": was_merged()}
    if dossier.source != "card":
        return {}
    message = _("该人员已读卡建档，身份信息以证件为准，不能由导入更改")
    return {key: message for key in changes_of(row, dossier) if key in IDENTITY_FIELDS}


def _opened(plan: Plan, row: Candidate) -> Dossier:
    values: dict[str, Any] = dict(row.values)
    mobile, number = values.pop("mobile", None), str(values.pop("number"))
    now = utc_now()
    dossier = Dossier(source="import", import_id=plan.import_id, created_at=now, updated_at=now, **values)
    dossier.set_number(number)
    if mobile:
        dossier.set_mobile(str(mobile))
        dossier.self_service = "window"
    return dossier
