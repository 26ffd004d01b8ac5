"""工作人员登录: streamlit-authenticator checks the password, further steps follow, our own ticket makes the session."""

import streamlit as st
from streamlit_authenticator.models import AuthenticationModel

from app.access import accounts, single_sign_on, staff
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import enrolment, guard, messages, own_account, passing, shell
from app.ui.forms import REQUIRED
from app.ui.passing import Passing
from app.ui.safety import contained

KEY = "staff-login"


def show(actor: Actor) -> None:
    """The staff's log-in form, or the way home for somebody who is logged in."""
    if actor.role is not Role.VISITOR:
        shell.leave_to(f"/{shell.home_of(actor)}")
    with st.container(horizontal_alignment="center"), st.container(width=460):
        st.title(_("工作人员登录"), anchor=False)
        shell.notice()
        if settings().has_single_sign_on:
            _single_sign_on()
        on_the_way = passing.current(KEY)
        if on_the_way is not None:
            _step(on_the_way)
            passing.back(KEY)
        else:
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
    passing.begin(KEY, actor)
    st.rerun()


@contained
def _step(on_the_way: Passing) -> None:
    actor = on_the_way.actor
    account_id = guard.subject(actor)
    with database().read() as db:
        step = staff.next_step(db, account_id, second_factor_passed=on_the_way.second_factor_passed)
    match step:
        case "second_factor":
            told = _("请输入身份验证器应用显示的 6 位数字；手机不在身边时可输入一个备用码。")
            passing.ask_code(KEY, on_the_way, _("两步验证"), told)
        case "own_password":
            _ask_password(actor)
        case "enrol":
            passing.enrol(KEY, on_the_way, _("本系统要求您启用两步验证后才能登录。"))
        case "enter":
            if not enrolment.show_recovery_codes():
                with database().write() as db:
                    ticket = staff.ticket(db, guard.visit(), account_id)
                passing.forget(KEY)
                shell.leave_to(f"/api/session?ticket={ticket}")


def _ask_password(actor: Actor) -> None:
    st.subheader(_("请设置自己的密码"), anchor=False)
    messages.plain(_("现在的密码是管理员发给您的，只能用来设置自己的密码。至少 12 位，可以用几个不相关的词。"))
    with st.form(f"{KEY}/password", border=False):
        new, again = own_account.password_fields(KEY)
        sent = st.form_submit_button(_("保存并登录"), type="primary", width="stretch")
    if sent:
        own_account.must_agree(new, again)
        with database().write() as db:
            accounts.choose_password(db, actor, new)
        st.rerun()
