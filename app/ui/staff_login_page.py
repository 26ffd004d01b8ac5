"""工作人员登录: streamlit-authenticator checks the password, our own ticket makes the session."""

import streamlit as st
import streamlit_authenticator as stauth

from app.access import staff
from app.access.rights import Actor, Role
from app.access.tokens import new_token
from app.database import database
from app.errors import UserError
from app.locale import _
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
    credentials = staff.credentials(database(), guard.address(), guard.device())
    with database().read() as db:
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
    try:
        authenticator.login(fields=fields)
        match st.session_state.get(STATUS):
            case True:
                _enter(st.session_state["username"])
            case False:
                _refuse(staff.failed(credentials))
    except UserError as error:
        st.session_state[STATUS] = None
        messages.show("error", error.message)


def _enter(username: str) -> None:
    with database().write() as db:
        ticket = staff.ticket(db, guard.visit(), username, guard.address(), guard.device())
    for name in (STATUS, "username", "name", "email", "roles", "logout"):
        st.session_state.pop(name, None)
    shell.leave_to(f"/api/session?ticket={ticket}")


def _refuse(known: str | None) -> None:
    if known is None:
        staff.refuse_unknown(database(), guard.address())
    raise staff.wrong_password()
