"""The Streamlit entry: who is here, which pages they get."""

import streamlit as st

from app.locale import _
from app.ui import shell
from app.ui.guard import current_actor
from app.ui.menu import entries
from app.ui.safety import contained


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
                for entry in entries()
            ),
        ],
        expanded=True,
    )
    if shell.frame(actor, page.url_path):
        contained(page.run)()


run()
