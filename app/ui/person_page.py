"""A person's file on one page: identity, nine categories, signature, history, as it is or as it stood on a day."""

import uuid
from collections.abc import Mapping
from datetime import date

import streamlit as st

from app.access.rights import Action, Actor, may
from app.attachments import service as attachments
from app.audit import views
from app.database import database
from app.dossiers import chronicle, past
from app.dossiers import service as dossiers
from app.dossiers.card_messages import warning_text
from app.dossiers.completeness import missing
from app.dossiers.documents import contradictions
from app.errors import UserError
from app.locale import _, listed
from app.records import service as records
from app.records.standing import Standing, standings
from app.signatures import service as signatures
from app.ui import (
    attachment_dialog,
    correction_dialog,
    history_view,
    identity_history,
    identity_view,
    merge_view,
    messages,
    person_actions,
    person_state,
    recently_deleted,
    tables,
)
from app.ui.components import picture
from app.ui.pictures import inline, labels
from app.ui.safety import contained
from data.models import Dossier, Record, categories

KEY = "person"


def show(actor: Actor, opened: str) -> None:
    """The file whose id stands in the address. That it was looked at is on record before anything is shown."""
    if st.button(_("返回列表"), icon=":material/arrow_back:"):
        st.query_params.from_dict(st.session_state.pop("people/back", {}))
        st.rerun()
    dossier_id = _id(opened)
    with database().read() as db:
        dossier = dossiers.view(db, actor, dossier_id)
    views.note(database(), actor, Action.DOSSIER_VIEW, dossier_id)
    messages.heading(dossier.name)
    parts = {"file": _("档案"), "history": _("变更记录"), "registrations": _("注册变更")}
    part = st.segmented_control(
        _("内容"), list(parts), format_func=parts.__getitem__, default="file", key=f"{KEY}/part",
        label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "history":
            _history(actor, dossier_id)
        case "registrations":
            _timeline(actor, dossier_id)
        case _:
            _file(actor, dossier)


def _id(opened: str) -> uuid.UUID:
    try:
        return uuid.UUID(opened)
    except ValueError:
        raise UserError("gone", _("没有这份档案")) from None


def _file(actor: Actor, dossier: Dossier) -> None:
    day_place, button_place, _space = st.columns([2, 2, 3], vertical_alignment="bottom")
    with day_place:
        day = _day(dossier)
    if day:
        _as_of(actor, dossier.id, day)
        return
    with database().read() as db:
        found = records.of_file(db, actor, dossier.id)
        reviewed = {
            each.key: standings(db, actor, dossier.id, each, found[each.key]) for each in categories() if each.editable
        }
        attached = attachments.attached(db, actor, dossier.id)
        scan_at = signatures.uploaded_at(db, actor, dossier.id)
    with button_place:
        shows_all = person_actions.reveals(actor, dossier)
    identity_view.draw(dossier, masking=not shows_all)
    merge_view.pointers(actor, dossier)
    if dossier.state == "closed":
        merged = dossier.merged_into is not None
        text = _("档案已关闭。原因：{reason}") if merged else _("档案已关闭，本人不能登录。原因：{reason}")
        messages.show("warning", text.format(reason=dossier.state_reason or _("没有登记")))
    for code in contradictions(identity_view.identity_values(dossier)):
        messages.show("warning", warning_text(code))
    identity_history.draw(actor, dossier, masking=not shows_all)
    if dossier.merged_into is None:
        _completeness(dossier, found, has_signature=scan_at is not None)
    person_actions.offer(actor, dossier, shows_all=shows_all)
    _categories(dossier.id, found, reviewed, attached, may_correct=may(actor, Action.RECORD_CORRECT))
    _signature(actor, dossier.id, scan_at)
    match st.session_state.get("dialog"):
        case attachment_dialog.Viewing() as viewing:
            attachment_dialog.view(viewing)
        case correction_dialog.Correcting() as correcting:
            correction_dialog.form(correcting)
    if may(actor, Action.TRASH_VIEW, dossier.id):
        recently_deleted.offer(actor, dossier.id, frozenset(each.key for each in categories()))
    merge_view.offer(actor, dossier)
    person_state.offer(actor, dossier)


def _completeness(dossier: Dossier, found: Mapping[str, list[Record]], *, has_signature: bool) -> None:
    lacking = missing(dossier, found, has_signature=has_signature)
    if lacking:
        messages.plain(_("档案还缺：{missing}").format(missing=listed(lacking)))
    else:
        messages.plain(_("档案各项齐全"))


def _day(dossier: Dossier) -> date | None:
    """The day that is looked at, from the address; None for now."""
    opened, today = dossier.created_at.astimezone().date(), dossiers.today()
    try:
        asked = date.fromisoformat(st.query_params.get("on", ""))
    except ValueError:
        asked = None
    if asked is None or not min(opened, today) <= asked <= today:
        asked = None
    chosen = st.date_input(
        _("查看某一天的档案"), asked, min_value=min(opened, today), max_value=today, format="YYYY-MM-DD",
        key=f"{KEY}/day/{dossier.id}",
    )  # fmt: skip
    if isinstance(chosen, date) and chosen < today:
        st.query_params["on"] = chosen.isoformat()
        return chosen
    st.query_params.pop("on", None)
    return None


def _as_of(actor: Actor, dossier_id: uuid.UUID, day: date) -> None:
    with database().read() as db:
        stood = past.as_of(db, actor, dossier_id, day)
    messages.show("info", _("这是 {day} 当天结束时的档案，只能查看").format(day=day))
    person_actions.print_link(stood.dossier, day)
    identity_view.draw(stood.dossier, masking=True)
    _categories(dossier_id, stood.records, {}, frozenset(), may_correct=False)


def _categories(
    dossier_id: uuid.UUID,
    found: Mapping[str, list[Record]],
    reviewed: Mapping[str, Mapping[uuid.UUID, Standing]],
    attached: frozenset[uuid.UUID],
    *,
    may_correct: bool,
) -> None:
    for category in categories():
        st.subheader(tables.name_of(category), anchor=False)
        correctable = may_correct and category.editable
        clicked = tables.records(
            category,
            found[category.key],
            attached=attached,
            standings=reviewed.get(category.key),
            editable=False,
            correctable=correctable,
        )
        if clicked is None:
            continue
        if clicked.action == "correct":
            correction_dialog.start(dossier_id, category, uuid.UUID(clicked.row))
        else:
            st.session_state["dialog"] = attachment_dialog.Viewing(dossier_id, uuid.UUID(clicked.row))


def _signature(actor: Actor, dossier_id: uuid.UUID, scan_at: object) -> None:
    st.subheader(_("个人签名信息"), anchor=False)
    if scan_at is None:
        messages.plain(_("本人还没有上传签名采集表"))
    elif st.button(_("查看签名"), key=f"{KEY}/signature"):
        st.dialog(_("签名信息采集表"), width="large")(_show_signature)(actor, dossier_id)


@contained
def _show_signature(actor: Actor, dossier_id: uuid.UUID) -> None:
    with database().read() as db:
        scan = signatures.current(db, actor, dossier_id)
    if scan is None:
        messages.show("info", _("本人还没有上传签名采集表"))
        return
    if scan.signature is not None:
        inline(scan.signature, _("从采集表中截取的签名"))
    picture(scan.scan, alt=_("签名信息采集表"), key=f"{KEY}-scan", labels=labels())


def _history(actor: Actor, dossier_id: uuid.UUID) -> None:
    before = st.session_state.get(f"{KEY}/before/{dossier_id}")
    with database().read() as db:
        events = chronicle.events(db, actor, dossier_id, before=before)
    if not events:
        messages.plain(_("没有更早的变更"))
    history_view.draw(events, _("变更记录"))
    newest, older, _space = st.columns([1, 1, 3])
    if before is not None and newest.button(_("最近的变更"), width="stretch"):
        del st.session_state[f"{KEY}/before/{dossier_id}"]
        st.rerun()
    if len(events) == chronicle.PAGE_SIZE and older.button(_("更早的变更"), width="stretch"):
        st.session_state[f"{KEY}/before/{dossier_id}"] = events[-1].number
        st.rerun()


def _timeline(actor: Actor, dossier_id: uuid.UUID) -> None:
    with database().read() as db:
        events = chronicle.timeline(db, actor, dossier_id, "registrations")
    if not events:
        messages.plain(_("还没有注册信息，由管理部门导入后在此显示其变更"))
    history_view.draw(events, _("注册变更"))
