"""Switching an authenticator app on: the QR code, the key to type, its first code; and recovery codes where there are any."""

import streamlit as st

from app.access import accounts, delivery, second_factor
from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.ui import messages
from app.ui.forms import REQUIRED
from app.ui.pictures import inline

KEY = "enrolment"
SECRET, RECOVERY = f"{KEY}/secret", f"{KEY}/recovery"


def draw(actor: Actor) -> bool:
    """The QR code and the field for its first code; whether that was right. Raises UserError."""
    secret: str = st.session_state.setdefault(SECRET, second_factor.new_secret())
    messages.plain(_("1. 用手机上的身份验证器应用（如各大应用商店中的 TOTP 验证器）扫描二维码，或手工输入密钥。"))
    messages.facts([(_("密钥"), " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))])
    code_picture = second_factor.enrolment_picture(secret, _name_of(actor))
    inline(code_picture, _("身份验证器二维码"), width=220)
    messages.plain(_("2. 输入应用显示的 6 位数字。"))
    with st.form(f"{KEY}/enrol", border=False), st.container(width=460):
        code = st.text_input(_("身份验证器的验证码"), key=f"{KEY}/code/{REQUIRED}", autocomplete="one-time-code")
        sent = st.form_submit_button(_("确认启用"), type="primary")
    if sent:
        recovery = second_factor.switch_on(database(), delivery.gateway(), actor, secret, code)
        st.session_state.pop(SECRET)
        if recovery:
            st.session_state[RECOVERY] = recovery
    return sent


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


def _name_of(actor: Actor) -> str:
    """What the app shows beside its codes."""
    if not actor.is_staff:
        return actor.name
    with database().read() as db:
        return accounts.own(db, actor).username
