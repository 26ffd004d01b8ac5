"""Before what cannot easily be taken back: a reason, a box to tick and the button, sent together."""

from typing import Literal

import streamlit as st

from app.locale import _
from app.ui import messages
from app.validation import REASON, label


def asked(
    key: str, sure: str, button: str, *, with_reason: bool = True, kind: Literal["primary", "secondary"] = "secondary"
) -> str | None:
    """The reason ("" without one) once the button was pressed with the box ticked, else None.

    A form: nothing is drawn anew, and nothing typed can be lost, while somebody fills it in.
    """
    with st.form(f"{key}/asked", border=False):
        reason = ""
        if with_reason:
            reason = st.text_input(label(REASON), key=f"{key}/reason", max_chars=REASON.max_length, autocomplete="off")
        ticked = st.checkbox(sure, key=f"{key}/sure")
        sent = st.form_submit_button(button, type=kind)
    if sent and not ticked:
        messages.show("error", _("请先勾选「{sure}」").format(sure=sure))
        return None
    return reason if sent else None


def forget(key: str) -> None:
    """Empty the form for the next time."""
    for name in ("reason", "sure"):
        st.session_state.pop(f"{key}/{name}", None)
