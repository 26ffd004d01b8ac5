"""The last part of a person's file: closing it, opening it again, erasing it; each with a reason, for administrators."""

import uuid
from collections.abc import Callable

import streamlit as st
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, may
from app.database import database
from app.dossiers import erasure
from app.dossiers import service as dossiers
from app.locale import _
from app.ui import guard, making_sure, messages
from app.ui.safety import contained
from data.models import Dossier

KEY = "person"
Change = Callable[[Session, Actor, uuid.UUID, str], None]


def offer(actor: Actor, dossier: Dossier) -> None:
    """What may be done with the file in its state."""
    if dossier.state == "open":
        if may(actor, Action.DOSSIER_CLOSE):
            _close(dossier.id)
        return
    if dossier.merged_into is None and may(actor, Action.DOSSIER_REOPEN):
        _reopen(dossier.id)
    if may(actor, Action.DOSSIER_ERASE):
        _erase(dossier.id)


@st.fragment
@contained
def _close(dossier_id: uuid.UUID) -> None:
    with st.expander(_("关闭档案")):
        messages.plain(_("关闭后本人立即退出登录，且不能再登录；档案内容保留。"))
        reason = making_sure.asked(f"{KEY}/close", _("我确认要关闭这份档案"), _("关闭档案"))
        if reason is not None:
            _change(dossiers.close_file, "close", dossier_id, reason, _("档案已关闭"))


@st.fragment
@contained
def _reopen(dossier_id: uuid.UUID) -> None:
    with st.expander(_("重新开放档案")):
        messages.plain(_("开放后本人可以像以前一样登录。"))
        reason = making_sure.asked(f"{KEY}/reopen", _("我确认要重新开放这份档案"), _("重新开放"))
        if reason is not None:
            _change(dossiers.reopen_file, "reopen", dossier_id, reason, _("档案已重新开放"))


@st.fragment
@contained
def _erase(dossier_id: uuid.UUID) -> None:
    with st.expander(_("彻底删除档案")):
        messages.show(
            "warning",
            _("档案的全部内容将永远删除，不能恢复。审计只留下谁在何时为何删除。已有的备份在各自过期前仍含有这份档案。"),
        )
        reason = making_sure.asked(f"{KEY}/erase", _("我确认要彻底删除这份档案"), _("彻底删除"))
        if reason is not None:
            _change(erasure.erase, "erase", dossier_id, reason, _("档案已彻底删除"), leave=True)


def _change(change: Change, what: str, dossier_id: uuid.UUID, reason: str, told: str, *, leave: bool = False) -> None:
    with database().write() as db:
        change(db, guard.staff(), dossier_id, reason)
    making_sure.forget(f"{KEY}/{what}")
    st.session_state["notice"] = told
    if leave:
        st.query_params.clear()
    st.rerun()
