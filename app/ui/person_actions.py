"""What staff do with a person's file: see numbers in full, print, record a mobile, reset a lost authenticator."""

import uuid
from datetime import date

import streamlit as st

from app.access import delivery, lost_phone, mobiles
from app.access.rights import Action, Actor, may
from app.audit import views
from app.database import database
from app.dossiers import service as dossiers
from app.dossiers.masking import masked_mobile
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, making_sure, messages
from app.ui.components import pdf_link
from app.ui.safety import contained
from data.models import Dossier

KEY = "person"
SHOWN_IN_FULL = ("number", "address", "mobile")


def reveals(actor: Actor, dossier: Dossier) -> bool:
    """Whether numbers and address are shown in full: after a click that is on record, for this file only."""
    key = f"{KEY}/revealed"
    if st.session_state.get(key) == dossier.id:
        return True
    if st.button(_("显示完整号码和住址"), icon=":material/visibility:", help=_("此操作记入审计")):
        views.note(database(), actor, Action.DOSSIER_VIEW, dossier.id, *SHOWN_IN_FULL)
        st.session_state[key] = dossier.id
        st.rerun()
    return False


def offer(actor: Actor, dossier: Dossier, *, shows_all: bool) -> None:
    """The print, the mobile, and its change where that is one's right."""
    with st.container(horizontal=True, vertical_alignment="center"):
        print_link(dossier)
        if may(actor, Action.EXPORT_FULL, dossier.id):
            messages.download(_("下载档案（JSON，不打码）"), f"/api/people/{dossier.id}/file.json", quiet=True)
    if dossier.merged_into is None:
        _mobile(actor, dossier, shows_all)
    if may(actor, Action.AUTHENTICATOR_RESET, dossier.id):
        _authenticator(dossier.id)


def print_link(dossier: Dossier, on: date | None = None) -> None:
    """A link to the file as a PDF, as it is or stood on a day."""
    day = f"&on={on.isoformat()}" if on else ""
    pdf_link(f"/api/person-file?file={dossier.id}{day}", _("打印档案（PDF）"), key=f"{KEY}/print")


@st.fragment
@contained
def _mobile(_actor: Actor, dossier: Dossier, shows_all: bool) -> None:
    actor = guard.staff()
    shown = (mobiles.national(dossier.mobile) if shows_all else masked_mobile(dossier.mobile)) if dossier.mobile else ""
    messages.facts([(_("手机号"), shown or _("没有登记"))])
    if not may(actor, Action.MOBILE_CHANGE, dossier.id):
        return
    with st.expander(_("登记或变更手机号")):
        typed = st.text_input(_("新手机号"), key=f"{KEY}/mobile", autocomplete="off")
        if st.button(_("保存手机号"), type="primary", key=f"{KEY}/save-mobile"):
            with database().write() as db:
                dossiers.change_mobile(db, actor, dossier.id, typed)
            st.session_state.pop(f"{KEY}/mobile", None)
            st.session_state["notice"] = _("手机号已保存，本人可用新手机号登录")
            st.rerun()


@st.fragment
@contained
def _authenticator(dossier_id: uuid.UUID) -> None:
    actor = guard.staff()
    with database().read() as db:
        since = lost_phone.since(db, actor, dossier_id)
    if since is None:
        return
    key = f"{KEY}/authenticator"
    with st.expander(_("重置身份验证器")):
        text = _(
            "{since} 启用。手机丢失的，本人到场并核对证件后才可重置：原来的停用，本人的登录都退出，并短信通知本人。"
        )
        messages.plain(text.format(since=to_the_minute(since)))
        reason = making_sure.asked(key, _("本人在场，证件已核对"), _("重置身份验证器"))
    if reason is None:
        return
    told = lost_phone.reset(database(), delivery.gateway(), actor, dossier_id, reason)
    making_sure.forget(key)
    st.session_state["notice"] = (
        _("身份验证器已重置，已短信通知本人") if told else _("身份验证器已重置，但没有发出短信，请当面告知本人")
    )
    st.rerun()
