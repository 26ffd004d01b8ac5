"""Cards read at the clerk's own desk: the agent there signs what it reads, the server checks who signed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.database import database
from app.desks import service as desks
from app.dossiers.card_messages import reader_text
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import guard, messages, reading_form
from app.ui.components import desk_reader
from app.ui.reading_form import Read
from app.ui.safety import contained

KEY = "desk"
WAIT_SECONDS = 8.0


@st.fragment
@contained
def draw() -> None:
    """The button, then what was read, then the file."""
    state = st.session_state
    messages.plain(_("由这台电脑上的读卡程序读卡；程序须先由管理员在「窗口电脑」登记"))
    told = desk_reader(
        key=f"{KEY}-reader",
        challenge=state.get(f"{KEY}/challenge", ""),
        port=settings().desk_port,
        seconds=WAIT_SECONDS,
        label=_("用本机读卡器读卡"),
        label_waiting=_("正在读卡，请勿移动证件…"),
    )
    if told == "wanted":
        reading_form.forget(KEY)
        state.pop(f"{KEY}/problem", None)
        with database().write() as db:
            state[f"{KEY}/challenge"] = desks.challenge(db, guard.staff())
        st.rerun(scope="fragment")
    if isinstance(told, Mapping):
        state.pop(f"{KEY}/challenge", None)
        _receive(told)
        st.rerun(scope="fragment")
    if problem := state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    reading_form.draw(KEY)


def _receive(answer: Mapping[str, Any]) -> None:
    code = answer.get("error")
    if code is not None:
        st.session_state[f"{KEY}/problem"] = _error_text(str(code))
        return
    try:
        with database().write() as db:
            received = desks.receive(db, guard.staff(), answer)
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message
        return
    if received.verified:
        reading_form.show(KEY, Read(received.reading, "success", "", "card"))
        return
    text = _("{problem}，不能确认内容来自证件。请与证件逐项核对；建档后来源记为手工录入")
    reading_form.show(KEY, Read(received.reading, "warning", text.format(problem=received.problem), "manual"))


def _error_text(code: str) -> str:
    own = {
        "agent_missing": _(
            "这台电脑的读卡程序没有应答。请确认程序已启动，并在浏览器询问时允许访问本机；仍不行请用其他方式录入"
        ),
        "agent_refuses": _("这台电脑的读卡程序拒绝了请求，可能登记在另一个服务器上，请管理员重新登记"),
    }
    try:
        return own.get(code) or reader_text(code).format(seconds=round(WAIT_SECONDS))
    except KeyError:
        return reader_text("read_failed")
