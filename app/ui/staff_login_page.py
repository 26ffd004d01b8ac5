"""工作人员登录: streamlit-authenticator checks the password, our own ticket makes the session."""

import streamlit as st
import streamlit_authenticator as stauth

from app.access import staff
from app.access.limits import count_try
from app.access.rights import Actor, Role
from app.access.tokens import new_token
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import guard, messages, shell

STATUS = "authentication_status"


def show(actor: Actor) -> None:
    """The staff's log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        shell.notice()
        _form()


def _form() -> None:
    with database().read() as db:
        credentials = staff.credentials(db)
        if not staff.exists(db):
            messages.show("info", _("还没有工作人员账号，请管理员在服务器上运行 python -m app staff add"))
    # No cookie of its own (0 days) and a key for this run only: our session on the server decides who is here.
    authenticator = stauth.Authenticate(
        credentials, "unused", new_token(), cookie_expiry_days=0, auto_hash=False, login_sleep_time=0
    )
    fields = {
        "Form name": _("工作人员登录"),
        "Username": _("用户名"),
        "Password": _("密码"),
        "Login": _("登录"),
    }
    authenticator.login(fields=fields)
    match st.session_state.get(STATUS):
        case True:
            _enter(st.session_state["username"])
        case False:
            _refuse(staff.failed(credentials))


def _enter(username: str) -> None:
    with database().write() as db:
        ticket = staff.ticket(db, guard.visit(), username)
    for name in (STATUS, "username", "name", "email", "roles", "logout"):
        st.session_state.pop(name, None)
    shell.leave_to(f"/api/session?ticket={ticket}")


def _refuse(username: str | None) -> None:
    st.session_state[STATUS] = None
    message = staff.wrong_password().message
    if username is not None:
        try:
            count_try(database(), staff.tries(username), settings().limit_staff_try)
        except UserError as error:
            message = error.message
    messages.show("error", message)
