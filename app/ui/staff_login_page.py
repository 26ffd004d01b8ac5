"""工作人员登录: streamlit-authenticator checks the password, further steps follow, our own ticket makes the session."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import streamlit as st
from streamlit_authenticator.models import AuthenticationModel

from app.access import accounts, second_factor, single_sign_on, staff
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import guard, messages, own_account, shell
from app.ui.forms import REQUIRED
from app.ui.safety import contained
from data.models.base import utc_now

KEY = "staff-login"
PASSING = f"{KEY}/passing"
MOST_WAIT = timedelta(minutes=10)
"""Whoever gave the password and does nothing more begins again after this."""


@dataclass(frozen=True)
class Passing:
    """Somebody who gave the right password and has further steps to go."""

    actor: Actor
    second_factor_passed: bool = False
    since: datetime = field(default_factory=utc_now)


def show(actor: Actor) -> None:
    """The staff's log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        st.title(_("工作人员登录"), anchor=False)
        shell.notice()
        if single_sign_on.is_on(settings()):
            _single_sign_on()
        passing: Passing | None = st.session_state.get(PASSING)
        if passing is not None and utc_now() - passing.since < MOST_WAIT:
            _step(passing)
        else:
            st.session_state.pop(PASSING, None)
            with database().read() as db:
                if not staff.exists(db):
                    messages.show("info", _("还没有工作人员账号，请管理员在服务器上运行 python -m app staff add"))
            _form()


@contained
def _single_sign_on() -> None:
    if st.user.is_logged_in:
        try:
            with database().write() as db:
                ticket = single_sign_on.ticket(db, guard.visit(), st.user.to_dict())
        except UserError as error:
            messages.show("error", error.message)
            if st.button(_("换一个身份登录"), key=f"{KEY}/other", width="stretch"):
                st.logout()
            return
        shell.leave_to(f"/api/session?ticket={ticket}")
    if st.button(_("单点登录"), key=f"{KEY}/sso", width="stretch", icon=":material/key:"):
        st.login()


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
        _check(username.strip().lower(), password)


def _check(username: str, password: str) -> None:
    credentials = staff.credentials(database(), guard.address(), guard.device())
    right = AuthenticationModel(credentials, auto_hash=False).check_credentials(username, password)
    for name in ("authentication_status", "username", "name", "email", "roles", "logout"):
        st.session_state.pop(name, None)
    if not right:
        if staff.failed(credentials) is None:
            staff.refuse_unknown(database(), guard.address())
        raise staff.wrong_password()
    actor = staff.password_passed(database(), username, guard.address(), guard.device())
    st.session_state[PASSING] = Passing(actor)
    st.rerun()


@contained
def _step(passing: Passing) -> None:
    account_id = guard.subject(passing.actor)
    with database().read() as db:
        step = staff.next_step(db, account_id, second_factor_passed=passing.second_factor_passed)
    match step:
        case "second_factor":
            _ask_code(passing)
        case "own_password":
            _ask_password(passing)
        case "enrol":
            messages.show("info", _("本系统要求您启用两步验证后才能登录。"))
            own_account.enrol(passing.actor)
        case "enter":
            if not own_account.show_recovery_codes():
                with database().write() as db:
                    ticket = staff.ticket(db, guard.visit(), account_id)
                st.session_state.pop(PASSING, None)
                shell.leave_to(f"/api/session?ticket={ticket}")
    if st.button(_("返回登录"), key=f"{KEY}/back"):
        st.session_state.pop(PASSING, None)
        st.rerun()


def _ask_code(passing: Passing) -> None:
    st.subheader(_("两步验证"), anchor=False)
    messages.plain(_("请输入身份验证器应用显示的 6 位数字；手机不在身边时可输入一个备用码。"))
    with st.form(f"{KEY}/code", border=False):
        code = st.text_input(_("验证码"), key=f"{KEY}/code/{REQUIRED}", autocomplete="one-time-code")
        sent = st.form_submit_button(_("登录"), type="primary", width="stretch")
    if sent:
        second_factor.check(database(), guard.subject(passing.actor), code)
        st.session_state[PASSING] = replace(passing, second_factor_passed=True)
        st.rerun()


def _ask_password(passing: Passing) -> None:
    st.subheader(_("请设置自己的密码"), anchor=False)
    messages.plain(_("现在的密码是管理员发给您的，只能用来设置自己的密码。至少 12 位，可以用几个不相关的词。"))
    with st.form(f"{KEY}/password", border=False):
        new, again = own_account.password_fields(KEY)
        sent = st.form_submit_button(_("保存并登录"), type="primary", width="stretch")
    if sent:
        own_account.must_agree(new, again)
        with database().write() as db:
            accounts.choose_password(db, passing.actor, new)
        st.rerun()
