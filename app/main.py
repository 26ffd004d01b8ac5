"""The Streamlit entry: who is here, which pages they get."""

import streamlit as st

from app.locale import use_language
from app.ui import shell
from app.ui.cookies import LANGUAGE
from app.ui.guard import current_actor
from app.ui.menu import entries
from app.ui.safety import contained

use_language(st.context.cookies.get(LANGUAGE))
actor = current_actor()
page = st.navigation(
    [
        st.Page(
            f"../pages/{entry.address}.py",
            title=entry.title(),
            icon=entry.icon or None,
            url_path=entry.address,
            default=entry.address == shell.home_of(actor),
            visibility="visible" if actor.role in entry.roles else "hidden",
        )
        for entry in entries()
    ],
    expanded=True,
)
shell.frame(actor, page.url_path or shell.home_of(actor))
contained(page.run)()
