"""账号管理: the administrator invites staff, sets roles, resets, locks and unlocks; who is logged in."""

import uuid
from dataclasses import dataclass

import streamlit as st

from app.access import accounts, second_factor, sessions
from app.access.rights import STAFF, Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, messages, session_list, shell
from app.ui.components import Action, Column, Row, record_table
from app.ui.forms import REQUIRED
from app.ui.roles import role_name
from app.ui.safety import contained
from data.models import StaffAccount

KEY = "accounts"


@dataclass
class Inviting:
    """The open dialog of a new account; the password once there is one."""

    password: str = ""
    problem: str = ""


@dataclass
class Managing:
    """The open dialog of an account."""

    account_id: uuid.UUID
    password: str = ""
    problem: str = ""
    done: str = ""


def show(actor: Actor) -> None:
    """Accounts, and the log-ins that live."""
    shell.notice()
    st.subheader(_("账号管理"), anchor=False)
    staff, living = st.tabs([_("工作人员账号"), _("登录会话")])
    with staff:
        _accounts(actor)
    with living:
        session_list.show()
    match st.session_state.get("dialog"):
        case Inviting() as inviting:
            st.dialog(_("新增账号"), on_dismiss=_close)(_invite)(inviting)
        case Managing() as managing:
            st.dialog(_("账号"), width="large", on_dismiss=_close)(_manage)(managing)


def _accounts(actor: Actor) -> None:
    if st.button(_("新增账号"), type="primary", key=f"{KEY}/new"):
        st.session_state["dialog"] = Inviting()
    with database().read() as db:
        listed = accounts.listing(db, actor)
    clicked = record_table(
        [
            Column(_("用户名"), 2),
            Column(_("姓名"), 2),
            Column(_("岗位"), 2),
            Column(_("状态"), 1),
            Column(_("两步验证"), 1),
            Column(_("最近使用"), 2, "date"),
        ],
        [_row(each) for each in listed],
        actions=[Action("manage", _("管理"))],
        key=f"{KEY}-table",
        label=_("工作人员账号"),
        empty=_("还没有账号，请点击「新增账号」"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.session_state["dialog"] = Managing(uuid.UUID(clicked.row))


def _row(each: accounts.Listed) -> Row:
    account = each.account
    seen = to_the_minute(each.seen_at) if each.seen_at else _("从未")
    factor = _("已启用") if account.second_factor_since else _("未启用")
    return Row(
        str(account.id),
        [account.username, account.display_name, role_name(Role(account.role)), _state(account), factor, seen],
    )


def _state(account: StaffAccount) -> str:
    if account.state == "locked":
        return _("已锁定")
    return _("待改密码") if account.must_change_password else _("正常")


def _close() -> None:
    st.session_state.pop("dialog", None)


def _role_box(key: str) -> Role:
    return Role(
        st.selectbox(_("岗位"), [role.value for role in STAFF], format_func=lambda v: role_name(Role(v)), key=key)
    )


@contained
def _invite(inviting: Inviting) -> None:
    if inviting.password:
        _show_password(inviting.password)
        return
    if inviting.problem:
        messages.show("error", inviting.problem)
    with st.form(f"{KEY}/invite", border=False):
        username = st.text_input(_("用户名"), key=f"{KEY}/username/{REQUIRED}", autocomplete="off")
        name = st.text_input(_("姓名"), key=f"{KEY}/name/{REQUIRED}", autocomplete="off")
        role = _role_box(f"{KEY}/role")
        sent = st.form_submit_button(_("新增"), type="primary")
    if sent:
        inviting.problem = ""
        try:
            with database().write() as db:
                inviting.password = accounts.invite(db, guard.staff(Role.ADMINISTRATOR), username, name, role)
        except UserError as error:
            inviting.problem = error.message
        st.rerun(scope="fragment")


def _show_password(password: str) -> None:
    messages.show("success", _("请把初始密码交给本人，本人首次登录时必须改成自己的密码。关闭后不再显示。"))
    messages.facts([(_("初始密码"), password)])
    if st.button(_("关闭"), key=f"{KEY}/close"):
        _close()
        st.rerun()


@contained
def _manage(managing: Managing) -> None:
    if managing.password:
        _show_password(managing.password)
        return
    if managing.problem:
        messages.show("error", managing.problem)
    if managing.done:
        messages.show("success", managing.done)
    with database().read() as db:
        account = accounts.get(db, guard.staff(Role.ADMINISTRATOR), managing.account_id)
    messages.facts([(_("用户名"), account.username), (_("状态"), _state(account))])
    _details(managing, account)
    _buttons(managing, account)


def _details(managing: Managing, account: StaffAccount) -> None:
    prefix = f"{KEY}/{account.id}"
    st.session_state.setdefault(f"{prefix}/name/{REQUIRED}", account.display_name)
    st.session_state.setdefault(f"{prefix}/role", account.role)
    st.session_state.setdefault(f"{prefix}/sso", account.sso_name or "")
    with st.form(f"{prefix}/form", border=False):
        name = st.text_input(_("姓名"), key=f"{prefix}/name/{REQUIRED}", autocomplete="off")
        role = _role_box(f"{prefix}/role")
        sso = st.text_input(_("单点登录身份（可不填）"), key=f"{prefix}/sso", autocomplete="off")
        if st.form_submit_button(_("保存"), type="primary"):
            _do(managing, lambda db, actor: accounts.change(db, actor, account.id, name, role, sso), _("已保存"))


def _buttons(managing: Managing, account: StaffAccount) -> None:
    reset, lock, factor, end = st.columns(4)
    if reset.button(_("重置密码"), key=f"{KEY}/reset", width="stretch"):
        _do(managing, lambda db, actor: accounts.reset_password(db, actor, account.id), "")
    if account.state == "locked":
        if lock.button(_("解锁"), key=f"{KEY}/unlock", width="stretch"):
            _do(managing, lambda db, actor: accounts.unlock(db, actor, account.id), _("账号已解锁"))
    elif lock.button(_("锁定"), key=f"{KEY}/lock", width="stretch"):
        _do(managing, lambda db, actor: accounts.lock(db, actor, account.id), _("账号已锁定，登录都已退出"))
    off = account.second_factor_since is None
    if factor.button(_("停用两步验证"), key=f"{KEY}/factor", width="stretch", disabled=off):
        _do(managing, lambda db, actor: second_factor.remove(db, actor, account.id), _("两步验证已停用"))
    if end.button(_("退出全部登录"), key=f"{KEY}/end", width="stretch"):
        _do(managing, lambda db, actor: sessions.end_everywhere(db, actor, account.id), _("登录都已退出"))


def _do(managing: Managing, change: accounts.Change, done: str) -> None:
    """Make a change and show in the dialog what became of it; a new password is shown instead."""
    managing.problem = managing.done = ""
    try:
        with database().write() as db:
            managing.password = change(db, guard.staff(Role.ADMINISTRATOR)) or ""
        managing.done = done
    except UserError as error:
        managing.problem = error.message
    st.rerun(scope="fragment")
