"""人员档案: the list of people, or one person's file (`?file=`)."""

import streamlit as st

from app.access.rights import Actor
from app.ui import people_list, person_page, shell


def show(actor: Actor) -> None:
    """What the address asks for."""
    shell.notice()
    opened = st.query_params.get("file")
    if opened:
        person_page.show(actor, opened)
    else:
        people_list.show(actor)
