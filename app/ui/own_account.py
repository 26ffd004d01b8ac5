"""我的账号: one's own log-ins, and what members of staff do with their account; the log-in uses parts of it."""

import streamlit as st

from app.access import accounts, limits, second_factor, staff
from app.access.own_sessions import confirm_by_password
from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import guard, messages, own_sessions, shell
from app.ui.components import picture
from app.ui.forms import REQUIRED
from app.ui.pictures import labels
from app.ui.safety import contained
from data.models import StaffAccount

KEY = "own_account"
SECRET, RECOVERY = f"{KEY}/secret", f"{KEY}/recovery"


def show(actor: Actor) -> None:
    """Of staff who one is here, the password, the second factor; of everybody the log-ins."""
    shell.notice()
    st.subheader(_("我的账号"), anchor=False)
    if actor.is_staff:
        with database().read() as db:
            account = accounts.own(db, actor)
        messages.facts([(_("用户名"), account.username), (_("姓名"), account.display_name)])
        _password()
        _second_factor()
    own_sessions.show()


@st.fragment
@contained
def _password() -> None:
    st.markdown(f"**{_('修改密码')}**")
    with st.form(f"{KEY}/password", clear_on_submit=True), st.container(width=460):
        current = st.text_input(
            _("现在的密码"), type="password", key=f"{KEY}/now/{REQUIRED}", autocomplete="current-password"
        )
        new, again = password_fields(KEY)
        sent = st.form_submit_button(_("修改密码"), type="primary")
    if sent:
        must_agree(new, again)
        actor = _confirmed(current)
        with database().write() as db:
            accounts.choose_password(db, actor, new)
        messages.show("success", _("密码已修改，您在别处的登录都已退出"))


def password_fields(key: str) -> tuple[str, str]:
    """The fields for a new password, typed twice."""
    labels_and_names = ((_("新密码（至少 12 位）"), "new"), (_("再输入一次"), "again"))
    new, again = (
        st.text_input(label, type="password", key=f"{key}/{name}/{REQUIRED}", autocomplete="new-password")
        for label, name in labels_and_names
    )
    return new, again


def must_agree(new: str, again: str) -> None:
    """Raise UserError (`password`) when the two differ."""
    if new != again:
        raise UserError("password", _("两次输入的新密码不一致，请重新输入"))


@st.fragment
@contained
def _second_factor() -> None:
    st.markdown(f"**{_('两步验证')}**")
    if show_recovery_codes():
        return
    actor = guard.staff()
    with database().read() as db:
        account = accounts.own(db, actor)
        left = second_factor.recovery_codes_left(db, account.id)
    if account.second_factor_since is None:
        messages.plain(_("登录时除密码外再输入手机应用显示的 6 位数字，别人知道密码也进不来。"))
        if st.session_state.get(f"{SECRET}/asked") or _password_for("on", _("启用两步验证")):
            st.session_state[f"{SECRET}/asked"] = True
            enrol(actor)
        return
    since = f"{account.second_factor_since.astimezone():%Y-%m-%d %H:%M}"
    messages.plain(_("{since} 启用，还有 {left} 个备用码").format(since=since, left=left))
    if not staff.needs_second_factor(actor.role) and _password_for("off", _("停用两步验证")):
        with database().write() as db:
            second_factor.give_up(db, guard.staff())
        st.rerun(scope="fragment")


def _password_for(what: str, button: str) -> bool:
    """Ask for the password once more; whether it was given now. Raises UserError for a wrong one."""
    with st.form(f"{KEY}/{what}", clear_on_submit=True), st.container(width=460):
        current = st.text_input(
            _("现在的密码"), type="password", key=f"{KEY}/{what}-now/{REQUIRED}", autocomplete="current-password"
        )
        sent = st.form_submit_button(button)
    if sent:
        _confirmed(current)
    return sent


def enrol(actor: Actor) -> None:
    """The QR code and the field for its first code."""
    secret: str = st.session_state.setdefault(SECRET, second_factor.new_secret())
    with database().read() as db:
        account: StaffAccount = accounts.own(db, actor)
    messages.plain(_("1. 用手机上的身份验证器应用（如各大应用商店中的 TOTP 验证器）扫描二维码，或手工输入密钥。"))
    code_picture = second_factor.enrolment_picture(secret, account.username)
    with st.container(width=340):
        picture(code_picture, alt=_("两步验证二维码"), key=f"{KEY}/picture", labels=labels())
    messages.facts([(_("密钥"), " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))])
    messages.plain(_("2. 输入应用显示的 6 位数字。"))
    with st.form(f"{KEY}/enrol", border=False), st.container(width=460):
        code = st.text_input(_("验证码"), key=f"{KEY}/code/{REQUIRED}", autocomplete="one-time-code")
        sent = st.form_submit_button(_("确认启用"), type="primary")
    if sent:
        limits.count_try(database(), (f"second-factor:{account.id}", settings().limit_second_factor))
        with database().write() as db:
            st.session_state[RECOVERY] = second_factor.enrol(db, actor, secret, code)
        for name in (SECRET, f"{SECRET}/asked"):
            st.session_state.pop(name, None)
        st.rerun()


def show_recovery_codes() -> bool:
    """The recovery codes after enrolment, until they were kept; whether they are shown."""
    codes: list[str] | None = st.session_state.get(RECOVERY)
    if codes is None:
        return False
    messages.show("success", _("两步验证已启用。请把下面的备用码记在安全的地方，每个只能用一次，以后不再显示。"))
    messages.facts([(str(number), code) for number, code in enumerate(codes, 1)])
    if st.button(_("我已记下备用码"), type="primary", key=f"{KEY}/kept"):
        st.session_state.pop(RECOVERY)
        st.rerun()
    return True


def _confirmed(password: str) -> Actor:
    """The member of staff, who has given the password again. Raises UserError."""
    actor = guard.staff()
    confirm_by_password(database(), actor, password)
    return actor
