"""The field for a dynamic password, the button that sends one, and the seconds it still holds."""

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st

from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import messages
from app.ui.components import countdown
from app.ui.forms import REQUIRED


def draw(key: str, label: str, button: str, send: Callable[[], None]) -> str:
    """Draw it; `send` sends a code and raises UserError. Returns what stands in the field."""
    field, sender = st.columns([3, 2], vertical_alignment="bottom")
    typed = field.text_input(label, key=f"{key}/code/{REQUIRED}", autocomplete="one-time-code")
    asked = sender.button(button, key=f"{key}-send", width="stretch")
    sent_at = st.session_state.get(f"{key}/sent_at")
    if sent_at is not None:
        asked |= countdown(
            settings().code_seconds,
            key=f"{key}-countdown",
            since=sent_at,
            resend_after=settings().code_resend_seconds,
            running_text=_("短信已发送，{seconds} 秒内有效"),
            done_text=_("动态密码已过期，请重新获取"),
            button=_("重新获取"),
        )
    if asked:
        _send(key, send)
    if problem := st.session_state.pop(f"{key}/problem", None):
        messages.show("error", problem)
    return typed


def _send(key: str, send: Callable[[], None]) -> None:
    try:
        send()
    except UserError as error:
        st.session_state[f"{key}/problem"] = error.message
    else:
        st.session_state[f"{key}/sent_at"] = datetime.now(UTC)
    st.rerun(scope="fragment")
