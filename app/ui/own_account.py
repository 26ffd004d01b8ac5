"""我的账号: one's own log-ins, and what members of staff do with their account; the log-in uses parts of it."""

import streamlit as st

from app.access import accounts, confirmation, second_factor
from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.ui import confirming, enrolment, guard, messages, own_authenticator, own_sessions, shell
from app.ui.forms import REQUIRED
from app.ui.safety import contained

KEY = "own_account"
ASKED = f"{KEY}/second-factor-asked"


def show(actor: Actor) -> None:
    """Of staff who one is here, the password, the second factor; of practitioners the authenticator app; of everybody the log-ins."""
    shell.notice()
    st.subheader(_("我的账号"), anchor=False)
    if actor.is_staff:
        with database().read() as db:
            account = accounts.own(db, actor)
        messages.facts([(_("用户名"), account.username), (_("姓名"), account.display_name)])
        _password()
        _second_factor()
    else:
        own_authenticator.show()
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
    if enrolment.show_recovery_codes():
        return
    actor = guard.staff()
    with database().read() as db:
        account = accounts.own(db, actor)
        left = second_factor.recovery_codes_left(db, account.id)
        confirmed = confirmation.is_confirmed(db, actor)
    if account.second_factor_since is None:
        messages.plain(_("登录时除密码外再输入手机应用显示的 6 位数字，别人知道密码也进不来。"))
        if (confirmed and st.session_state.get(ASKED)) or _password_for("on", _("启用两步验证")):
            st.session_state[ASKED] = True
            if enrolment.draw(actor):
                del st.session_state[ASKED]
                st.rerun()
        return
    since = to_the_minute(account.second_factor_since)
    messages.plain(_("{since} 启用，还有 {left} 个备用码").format(since=since, left=left))
    if not second_factor.is_needed(actor.role) and _password_for("off", _("停用两步验证")):
        with database().write() as db:
            second_factor.give_up(db, guard.staff())
        st.rerun(scope="fragment")


def _password_for(what: str, button: str) -> bool:
    with st.container(border=True, width=460):
        return confirming.by_password(guard.staff(), f"{KEY}/{what}", button)


def _confirmed(password: str) -> Actor:
    """The member of staff, who has given the password again. Raises UserError."""
    actor = guard.staff()
    confirmation.by_password(database(), actor, password)
    return actor
