"""What stands around every page: the head, who is logged in, the language switch, the way out."""

from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, urlencode

import streamlit as st

from app.access import sessions
from app.access.rights import Actor, Role
from app.database import database
from app.locale import LANGUAGES, _, current_language, either
from app.settings import settings
from app.ui import localise, messages
from app.ui.components import arrived, go_to
from app.ui.menu import HOME, entries

_ASSETS = Path(__file__).parent / "assets"


def home_of(actor: Actor) -> str:
    """The address of the page that opens at `/`, without the slash."""
    return HOME.get(actor.role, "/login").removeprefix("/")


def go_home(actor: Actor) -> None:
    """Open the page that this person begins with; whoever comes from single sign-on gets a session first."""
    if actor.role is Role.VISITOR and settings().has_single_sign_on and st.user.is_logged_in:
        st.switch_page("../pages/staff_login.py")
    st.switch_page(f"../pages/{home_of(actor)}.py")


def frame(actor: Actor, address: str) -> bool:
    """Draw the sidebar's foot, and follow a pending way out of the page; whether the page is to be drawn.

    The run ends by itself where it is not: after `st.stop` Streamlit keeps the fragments of the run before, and one that
    runs every second would draw into a page that is gone.
    """
    st.set_page_config(page_title=_("从业档案"), layout="wide")
    logo = either("logo.svg", "logo-en.svg")
    st.logo(str(_ASSETS / logo), size="large", icon_image=str(_ASSETS / "icon.svg"))
    if target := st.session_state.pop("go_to", None):
        go_to(target)
        return False
    if "open_page" in st.session_state:
        if arrived():
            other, query = st.session_state.pop("open_page")
            st.switch_page(f"../pages/{other}.py", query_params=query)
        return False
    with st.sidebar:
        st.caption(settings().organisation)
        if actor.role is not Role.VISITOR:
            st.text(actor.name)
            for entry in entries():
                if actor.role in entry.beside:
                    st.page_link(f"../pages/{entry.address}.py", label=entry.title(), icon=entry.icon or None)
            if st.button(_("退出"), icon=":material/logout:", key="log_out", width="stretch"):
                _log_out(actor)
        other = next(tag for tag in LANGUAGES if tag != current_language())
        if st.button(LANGUAGES[other], icon=":material/translate:", key="switch_language", width="stretch"):
            query = urlencode(st.query_params.to_dict(), quote_via=quote)
            leave_to(localise.switch_address(other, f"/{address}?{query}".rstrip("?")))
    return True


def leave_to(url: str) -> None:
    """Send the browser to an address of this site, in place of the page."""
    st.session_state["go_to"] = url
    st.rerun()


def open_page(address: str, **query: str) -> NoReturn:
    """Show another page in place of one that has fragments with a timer.

    The browser must have stopped the timers first: a run of a fragment that it asks for while the other page is drawn
    still names the page before, and Streamlit takes the other page's elements away for it.
    """
    st.session_state["open_page"] = (address, query)
    st.rerun()


def notice() -> None:
    """Show the message that the page before left for this one."""
    if message := st.session_state.pop("notice", None):
        messages.show("info", message)


def _log_out(actor: Actor) -> None:
    with database().write() as db:
        sessions.end(db, actor.session_id)
    for key in list(st.session_state):
        del st.session_state[key]
    leave_to("/api/session/end")
