"""The reader's state on the page: told every second, with its mend; a card that is laid down starts a read."""

from collections.abc import Callable
from datetime import timedelta

import streamlit as st

from app.dossiers.card_messages import reader_text
from app.dossiers.reading import reader_state
from app.locale import _
from app.ui import messages
from app.ui.safety import contained
from devices.sources import ReaderStatus

KEY = "reader"
LOOK = timedelta(seconds=0.8)
KINDS: dict[str, messages.Kind] = {"card_present": "success", "card_read": "info", "no_card": "info"}


def chosen() -> str:
    """The reader that this clerk works with; empty for whichever has a card."""
    return str(st.session_state.get(f"{KEY}/chosen") or "")


def read_is_due() -> bool:
    """Whether a card was laid down that has not been read yet; asked once for each."""
    return bool(st.session_state.pop(f"{KEY}/due", False))


def take_as_read() -> None:
    """The card that lies on the reader now starts no read of its own."""
    status = reader_state(chosen())
    st.session_state[f"{KEY}/handled"] = status.card if status else ""


@st.fragment(run_every=LOOK)
@contained
def watch(wanted: Callable[[], bool]) -> None:
    """Tell the state; where it is `wanted` then, have the page read a card that was laid down.

    It asks each time it runs and keeps no thread: a daemon that comes late or comes back is one more state.
    """
    status = reader_state(chosen())
    code = status.state if status else "off"
    if code != "card_present":
        st.session_state.pop(f"{KEY}/handled", None)
    is_new = code == "card_present" and st.session_state.get(f"{KEY}/handled") != (status.card if status else "")
    if is_new and wanted():
        st.session_state[f"{KEY}/handled"] = status.card if status else ""
        st.session_state[f"{KEY}/due"] = True
        st.rerun()
    _tell(code if code != "card_present" or is_new else "card_read", status)


def _tell(code: str, status: ReaderStatus | None) -> None:
    message, reader = st.columns([3, 2], vertical_alignment="center")
    with message:
        messages.show(KINDS.get(code, "warning"), reader_text(code))
    with reader:
        if status and len(status.readers) > 1:
            st.selectbox(
                _("读卡器"),
                ["", *status.readers],
                key=f"{KEY}/chosen",
                format_func=lambda name: name or _("自动（先放上证件的那台读卡器）"),
                label_visibility="collapsed",
            )
        elif status and status.reader:
            messages.plain(_("读卡器：{name}").format(name=status.reader))
