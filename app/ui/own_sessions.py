"""登录会话, one's own: seen by everybody, ended one by one or all others at once, after a password or a code."""

import uuid

import streamlit as st

from app.access import own_sessions
from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.moments import to_the_minute
from app.ui import confirming, guard, messages
from app.ui.components import Action, Column, Row, record_table
from app.ui.safety import contained
from data.models import UserSession

KEY = "own-sessions"
ASKED = f"{KEY}/asked"
"""The log-in to end, or `OTHERS`."""
OTHERS = "others"


@st.fragment
@contained
def show() -> None:
    """The list, the two ways to end, and the question who one is where it has to be asked."""
    actor = guard.member()
    st.markdown(f"**{_('登录会话')}**")
    messages.plain(
        _("您现在在这些地方登录着。不认识的请退出；如果怀疑别人知道您的密码，请同时修改密码。")
        if actor.is_staff
        else _("您现在在这些地方登录着。不认识的请退出。")
    )
    with database().read() as db:
        found = own_sessions.living(db, actor)
    clicked = record_table(
        [Column(_("浏览器"), 3), Column(_("登录时间"), 2, "date"), Column(_("最近使用"), 2, "date")],
        [_row(each, own=each.id == actor.session_id) for each in found],
        actions=[Action("end", _("退出登录"), danger=True)],
        key=f"{KEY}-table",
        label=_("登录会话"),
        empty=_("现在没有人登录"),
        actions_label=_("操作"),
    )
    if st.button(_("退出其他所有登录"), key=f"{KEY}/others", disabled=len(found) < 2):
        st.session_state[ASKED] = OTHERS
    if clicked is not None:
        st.session_state[ASKED] = clicked.row
    with st.container():
        if done := st.session_state.pop(f"{KEY}/done", None):
            messages.show("success", done)
        if ASKED in st.session_state:
            _end(actor, st.session_state[ASKED])


def _row(each: UserSession, *, own: bool) -> Row:
    browser = each.browser or _("未知的浏览器")
    name = _("{name}（本次登录）").format(name=browser) if own else browser
    times = (to_the_minute(moment) for moment in (each.created_at, each.seen_at))
    return Row(str(each.id), [name, *times], [] if own else None)


def _end(actor: Actor, which: str) -> None:
    if not confirming.passed(actor, KEY, _("确认退出"), lambda: _forget("")):
        return
    with database().write() as db:
        if which == OTHERS:
            own_sessions.end_others(db, actor)
        else:
            own_sessions.end(db, actor, uuid.UUID(which))
    _forget(_("已退出其他所有登录") if which == OTHERS else _("已退出该登录"))


def _forget(told: str) -> None:
    for name in (ASKED, f"{KEY}/sent_at"):
        st.session_state.pop(name, None)
    st.session_state[f"{KEY}/done"] = told
    st.rerun(scope="fragment")
