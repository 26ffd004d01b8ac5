"""Asking once more who somebody is: staff for the password, practitioners for a code on the phone."""

from collections.abc import Callable

import streamlit as st

from app.access import confirmation, delivery
from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.ui import code_field, guard, messages
from app.ui.forms import REQUIRED


def passed(actor: Actor, key: str, button: str, cancel: Callable[[], None]) -> bool:
    """Whether the actor has shown it lately; where not, asks in a fragment. Raises UserError for a wrong answer."""
    with database().read() as db:
        if confirmation.is_confirmed(db, actor):
            return True
    with st.container(border=True, width=460):
        given = by_password(actor, key, button) if actor.is_staff else _by_code(actor, key, button)
        if not given and st.button(_("取消"), key=f"{key}/cancel"):
            cancel()
    if given:
        st.session_state.pop(f"{key}/sent_at", None)
        st.rerun(scope="fragment")
    return False


def by_password(actor: Actor, key: str, button: str) -> bool:
    """Ask a member of staff for the password once more; whether it was given now. Raises UserError for a wrong one."""
    with st.form(f"{key}/confirm", clear_on_submit=True, border=False):
        password = st.text_input(
            _("现在的密码"), type="password", key=f"{key}/password/{REQUIRED}", autocomplete="current-password"
        )
        sent = st.form_submit_button(button, type="primary")
    if sent:
        confirmation.by_password(database(), actor, password)
    return sent


def _by_code(actor: Actor, key: str, button: str) -> bool:
    messages.plain(_("为确认是您本人，请获取并填写发到您手机的动态密码。"))
    code = code_field.draw(key, _("动态密码"), _("获取动态密码"), lambda: _send(actor))
    sent = st.button(button, type="primary", key=f"{key}/confirm")
    if sent:
        confirmation.by_code(database(), actor, guard.visit(), code)
    return sent


def _send(actor: Actor) -> None:
    confirmation.send_code(database(), delivery.gateway(), actor, guard.visit(), guard.address(), guard.device())
