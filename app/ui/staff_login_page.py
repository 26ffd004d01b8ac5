"""工作人员登录: streamlit-authenticator checks the password, our own ticket makes the session."""

import streamlit as st
from streamlit_authenticator.models import AuthenticationModel

from app.access import staff
from app.access.rights import Actor, Role
from app.database import database
from app.locale import _
from app.ui import guard, messages, shell
from app.ui.forms import REQUIRED
from app.ui.safety import contained

KEY = "staff-login"


def show(actor: Actor) -> None:
    """The staff's log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        st.title(_("工作人员登录"), anchor=False)
        shell.notice()
        with database().read() as db:
            if not staff.exists(db):
                messages.show("info", _("还没有工作人员账号，请管理员在服务器上运行 python -m app staff add"))
        _form()


@st.fragment
@contained
def _form() -> None:
    with st.form(KEY, border=False):
        username = st.text_input(_("用户名"), key=f"{KEY}/username/{REQUIRED}", autocomplete="username")
        password = st.text_input(
            _("密码"), type="password", key=f"{KEY}/password/{REQUIRED}", autocomplete="current-password"
        )
        sent = st.form_submit_button(_("登录"), type="primary", width="stretch")
    if sent:
        _log_in(username.strip().lower(), password)


def _log_in(username: str, password: str) -> None:
    # Its model alone: its form would set a cookie that scripts can read; our session on the server decides who is here.
    credentials = staff.credentials(database(), guard.address(), guard.device())
    if not AuthenticationModel(credentials, auto_hash=False).check_credentials(username, password):
        if staff.failed(credentials) is None:
            staff.refuse_unknown(database(), guard.address())
        raise staff.wrong_password()
    with database().write() as db:
        ticket = staff.ticket(db, guard.visit(), username, guard.address(), guard.device())
    shell.leave_to(f"/api/session?ticket={ticket}")
