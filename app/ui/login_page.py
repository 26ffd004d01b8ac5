"""短信用户登录."""

import streamlit as st

from app.access import delivery, practitioner_login
from app.access.practitioner_login import Attempt
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import challenge, code_field, guard, messages, shell
from app.ui.forms import REQUIRED
from app.ui.safety import contained

KEY = "login"
NUMBER, MOBILE = f"{KEY}/number/{REQUIRED}", f"{KEY}/mobile/{REQUIRED}"


def show(actor: Actor) -> None:
    """The log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        st.title(_("短信用户登录"), anchor=False)
        shell.notice()
        _form()
        if settings().demo:
            st.page_link("../pages/outbox.py", label=_("演示：查看发出的短信"), icon=":material/sms:")


@st.fragment
@contained
def _form() -> None:
    st.text_input(_("证件号"), key=NUMBER, autocomplete="off")
    st.text_input(_("手机号码"), key=MOBILE, autocomplete="tel-national")
    challenge.draw(KEY)
    code = code_field.draw(KEY, _("动态密码"), _("获取动态密码"), _send)
    if problem := st.session_state.pop(f"{KEY}/refused", None):
        messages.show("error", problem)
    if st.button(_("登录"), type="primary", width="stretch", key="log-in"):
        _log_in(code)
    if st.button(_("短信用户注册"), width="stretch", key="to-register"):
        st.switch_page("../pages/register.py")


def _attempt() -> Attempt:
    captcha_id, answer = challenge.current(KEY)
    state = st.session_state
    number, mobile = str(state[NUMBER]), str(state[MOBILE])
    return Attempt(guard.visit(), number, mobile, captcha_id, answer, guard.address(), guard.device())


def _send() -> None:
    try:
        practitioner_login.send_code(database(), delivery.gateway(), _attempt())
    except UserError:
        challenge.renew_unless_passed(KEY)
        raise


def _log_in(code: str) -> None:
    try:
        ticket = practitioner_login.log_in(database(), _attempt(), code)
    except UserError as error:
        challenge.renew_unless_passed(KEY)
        st.session_state[f"{KEY}/refused"] = error.message
        st.rerun(scope="fragment")
    shell.leave_to(f"/api/session?ticket={ticket}")
