"""The Streamlit entry: who is here, which pages they get."""

from urllib.parse import urlsplit

import streamlit as st

from app.access.rights import Actor, Role
from app.locale import _
from app.ui import shell
from app.ui.guard import current_actor, known
from app.ui.menu import Entry, entries
from app.ui.safety import contained


def _needed(actor: Actor) -> list[Entry]:
    """The pages that Streamlit is told of: it sends the list of them with every run, seen or not.

    Another role's page is among them where somebody asks for it by its address, to be refused there, and once told of
    stays for the session: a tab may be older than the log-in of its browser.
    """
    told: set[str] = st.session_state.setdefault("pages", set())
    told.add(urlsplit(st.context.url or "").path.strip("/"))
    here = {actor.role, Role.VISITOR}
    found = [
        entry
        for entry in entries()
        if actor.role is Role.VISITOR or here.intersection(entry.open_to) or entry.address in told
    ]
    told.update(entry.address for entry in found)
    return found


@contained
def run() -> None:
    """Find out who is here and run the page of the address; also that may fail, with the database away."""
    actor = current_actor()
    page = st.navigation(
        [
            # The default page has no address of its own, so that every other page keeps its.
            st.Page(lambda: shell.go_home(actor), title=_("从业档案"), default=True, visibility="hidden"),
            *(
                st.Page(
                    f"../pages/{entry.address}.py",
                    title=entry.title(),
                    icon=entry.icon or None,
                    url_path=entry.address,
                    visibility="visible" if actor.role in entry.roles and not entry.hidden else "hidden",
                )
                for entry in _needed(actor)
            ),
        ],
        expanded=True,
    )
    if shell.frame(actor, page.url_path):
        with known(actor):
            contained(page.run)()


run()
