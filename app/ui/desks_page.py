"""窗口电脑: the desks whose agents read cards; adding one, revoking one."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.desks import service as desks
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, messages, shell
from app.ui.safety import contained
from data.models import Desk

KEY = "desks"


def show(actor: Actor) -> None:
    """The form on top, the desks under it."""
    shell.notice()
    st.subheader(_("窗口电脑"), anchor=False)
    _desks(actor)


@st.fragment
@contained
def _desks(_actor: Actor) -> None:
    state = st.session_state
    messages.plain(
        _("每台窗口电脑运行自己的读卡程序。登记后在那台电脑上输入配对码，配对码 10 分钟内有效，只能用一次。")
    )
    with st.form(f"{KEY}-add", border=False, clear_on_submit=True):
        name, button = st.columns([3, 1], vertical_alignment="bottom")
        with name:
            typed = st.text_input(_("窗口名称"), key=f"{KEY}/name", autocomplete="off")
        with button:
            sent = st.form_submit_button(_("登记"), type="primary", width="stretch")
    if sent:
        _add(typed)
    if problem := state.pop(f"{KEY}/problem", None):
        messages.show("error", problem)
    if code := state.get(f"{KEY}/code"):
        text = _("配对码：{code}（只显示这一次）。在窗口电脑上运行：python -m devices.agent pair 网站地址 {code}")
        messages.show("success", text.format(code=code))
    with database().read() as db:
        found = desks.desks(db, guard.staff())
    if not found:
        messages.plain(_("还没有登记窗口电脑"))
    for desk in found:
        _one(desk)


def _add(name: str) -> None:
    state = st.session_state
    state.pop(f"{KEY}/code", None)
    try:
        with database().write() as db:
            state[f"{KEY}/code"] = desks.add(db, guard.staff(), name).code
    except UserError as error:
        state[f"{KEY}/problem"] = error.message


def _one(desk: Desk) -> None:
    states = {"waiting": _("等待配对"), "active": _("已配对"), "revoked": _("已撤销")}
    seen = to_the_minute(desk.seen_at) if desk.seen_at else _("从未")
    facts, button = st.columns([4, 1], vertical_alignment="center")
    with facts:
        messages.facts([(_("窗口名称"), desk.name), (_("状态"), states[desk.state]), (_("最近读卡"), seen)])
    if desk.state != "revoked" and button.button(
        _("撤销"), key=f"{KEY}/revoke/{desk.id}", width="stretch", help=_("撤销「{name}」").format(name=desk.name)
    ):
        with database().write() as db:
            desks.revoke(db, guard.staff(), desk.id)
        st.session_state.pop(f"{KEY}/code", None)
        st.rerun(scope="fragment")
