"""身份验证器: a practitioner switches an authenticator app on beside the SMS, and off again with one of its codes."""

import streamlit as st

from app.access import delivery, second_factor
from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.moments import to_the_minute
from app.settings import settings
from app.ui import confirming, enrolment, guard, messages
from app.ui.forms import REQUIRED
from app.ui.safety import contained

KEY = "own-authenticator"
ASKED, DONE = f"{KEY}/asked", f"{KEY}/done"


@st.fragment
@contained
def show() -> None:
    """Where it is switched on or off; nothing where this installation does not offer it to whoever has none."""
    actor = guard.practitioner()
    with database().read() as db:
        since = second_factor.since(db, actor)
    if since is None and settings().practitioner_second_factor == "off":
        return
    st.markdown(f"**{_('身份验证器')}**")
    if done := st.session_state.pop(DONE, None):
        messages.show("success", done)
    if since is None:
        _offer(actor)
        return
    text = _("{since} 启用。登录时除动态密码外还要输入它显示的 6 位数字；手机丢失时，请带身份证到受理窗口重置。")
    messages.plain(text.format(since=to_the_minute(since)))
    if not second_factor.is_needed(actor.role):
        _give_up(actor)


def _offer(actor: Actor) -> None:
    messages.plain(
        _(
            "只用短信动态密码登录并不很安全：能补办您的手机卡、转发或偷看您短信的人也能登录。"
            "启用后，登录时还要输入手机应用显示的 6 位数字。"
        )
    )
    with st.container():
        if st.session_state.get(ASKED):
            _enrol(actor)
        elif st.button(_("启用身份验证器"), key=f"{KEY}/on"):
            st.session_state[ASKED] = True
            st.rerun(scope="fragment")


def _enrol(actor: Actor) -> None:
    if not confirming.passed(actor, KEY, _("确认身份"), lambda: _leave("")):
        return
    steps, way_back = st.container(), st.container()
    # Drawn first, so that it stays when a wrong code ends the drawing.
    if way_back.button(_("取消"), key=f"{KEY}/cancel"):
        _leave("")
    with steps:
        if enrolment.draw(actor):
            _leave(_("身份验证器已启用，您在别处的登录都已退出"))


def _give_up(actor: Actor) -> None:
    with st.form(f"{KEY}/off", clear_on_submit=True), st.container(width=460):
        code = st.text_input(_("身份验证器的验证码"), key=f"{KEY}/code/{REQUIRED}", autocomplete="one-time-code")
        sent = st.form_submit_button(_("停用身份验证器"))
    if sent:
        second_factor.give_up_by_code(database(), delivery.gateway(), actor, code)
        _leave(_("身份验证器已停用，登录只需动态密码；您在别处的登录都已退出"))


def _leave(told: str) -> None:
    st.session_state.pop(ASKED, None)
    st.session_state[DONE] = told
    st.rerun()
