"""Saved lists of people: opened, kept and shared beside the list."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import saved_views
from app.dossiers.wanted import Wanted
from app.errors import UserError
from app.locale import _
from app.ui import guard, messages
from app.ui.safety import contained
from data.models import SavedView

KEY = "people-views"


def offer(actor: Actor, wanted: Wanted) -> None:
    """The menu of views, and the form that keeps this one."""
    with st.popover(_("保存的视图"), icon=":material/bookmark:", width="stretch"):
        with database().read() as db:
            views = saved_views.usable(db, actor)
        if not views:
            messages.plain(_("还没有保存的视图。设好条件后在下面起个名字保存，以后一点就到。"))
        for view in views:
            _one(actor, view)
        _keep(wanted)


def _one(actor: Actor, view: SavedView) -> None:
    is_own = view.owner_id == actor.subject_id
    name, remove = st.columns([5, 1])
    icon = ":material/group:" if view.shared else ":material/bookmark:"
    if name.button(_escaped(view.name), key=f"{KEY}/{view.id}", icon=icon, width="stretch"):
        st.query_params.from_dict(saved_views.wanted_of(view).to_address())
        st.rerun()
    if is_own and remove.button("", key=f"{KEY}/remove-{view.id}", icon=":material/delete:", help=_("删除视图")):
        with database().write() as db:
            saved_views.remove(db, guard.staff(), view.id)
        st.rerun()


def _escaped(name: str) -> str:
    """A name on a button, where Streamlit would read marks as Markdown."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]()#+-.!|:~$<>" else character for character in name)


@contained
def _keep(wanted: Wanted) -> None:
    with st.form(f"{KEY}/form", border=False):
        name = st.text_input(_("视图名称"), key=f"{KEY}/name", max_chars=saved_views.LONGEST_NAME)
        shared = st.checkbox(_("同事也能使用"), key=f"{KEY}/shared")
        kept = st.form_submit_button(_("保存当前条件"), type="primary", width="stretch")
    if not kept:
        return
    try:
        with database().write() as db:
            saved_views.save(db, guard.staff(), name, wanted, shared=shared)
    except UserError as error:
        messages.show("error", error.message)
        return
    st.session_state["notice"] = _("视图已保存，可在「保存的视图」中打开")
    st.rerun()
