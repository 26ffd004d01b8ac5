"""Two files of the same person side by side, and the button that makes one of them."""

import uuid

import streamlit as st

from app.access.rights import Action, Actor, may
from app.database import database
from app.dossiers import merging, search
from app.dossiers import service as dossiers
from app.dossiers.masking import masked, masked_mobile
from app.dossiers.merging import Compared
from app.dossiers.search import Found
from app.dossiers.wanted import LONGEST_TEXT, Wanted
from app.locale import _
from app.ui import guard, making_sure, merge_compare, messages
from app.ui.safety import contained
from data.models import Dossier

KEY = "merge"
MOST_FOUND = 10


def pointers(actor: Actor, dossier: Dossier) -> None:
    """Where a file was brought into, or which ones were brought into it; each opens with a click."""
    with database().read() as db:
        if dossier.merged_into is not None:
            others = [dossiers.view(db, actor, dossier.merged_into)]
            text = _("这份档案已并入 {name}（{number}）的档案")
        else:
            others = merging.merged_into(db, actor, dossier.id)
            text = _("{name}（{number}）的档案已并入这份档案")
    for other in others:
        messages.show("info", text.format(name=other.name, number=masked(other.number)))
        if st.button(_("打开那份档案"), key=f"{KEY}/open/{other.id}", icon=":material/open_in_new:"):
            st.query_params.from_dict({"file": str(other.id)})
            st.rerun()


def offer(actor: Actor, dossier: Dossier) -> None:
    """The search for the other file, where merging is one's right."""
    if dossier.state == "open" and may(actor, Action.DOSSIER_MERGE):
        _offer(dossier.id, _name(dossier))


@st.fragment
@contained
def _offer(dossier_id: uuid.UUID, name: str) -> None:
    actor = guard.staff()
    with st.expander(_("合并同一人的另一份档案")):
        typed = st.text_input(
            _("查找另一份档案"), key=f"{KEY}/text", max_chars=LONGEST_TEXT, autocomplete="off",
            placeholder=_("姓名、证件号、手机号"),
        )  # fmt: skip
        if not typed.strip():
            return
        with database().read() as db:
            rows = search.page(db, actor, Wanted(text=typed), MOST_FOUND).rows
        found = {each.id: each for each in rows if each.id != dossier_id}
        if not found:
            messages.plain(_("没有找到另一份档案"))
            return
        other_id = st.selectbox(
            _("另一份档案"), list(found), format_func=lambda each: _named(found[each]), key=f"{KEY}/other"
        )
        names = {dossier_id: _("这份档案：{name}").format(name=name)}
        if found[other_id].state != "closed":
            names[other_id] = _("另一份档案：{name}").format(name=_name(found[other_id]))
        kept_id = st.radio(_("保留哪一份"), list(names), format_func=names.__getitem__, key=f"{KEY}/kept")
        with database().read() as db:
            compared = merging.compare(db, actor, kept_id, other_id if kept_id == dossier_id else dossier_id)
        merge_compare.draw(compared)
        _ask(compared)


def _name(found: Found | Dossier) -> str:
    return f"{found.name}　{masked(found.number)}"


def _named(found: Found) -> str:
    """A file as it is told from others of the same name."""
    return "　".join(filter(None, (_name(found), masked_mobile(found.mobile), *found.companies[:1])))


def _ask(compared: Compared) -> None:
    reason = making_sure.asked(KEY, _("我确认两份档案是同一个人"), _("合并档案"), kind="primary")
    if reason is None:
        return
    with database().write() as db:
        merging.merge(db, guard.staff(), compared.kept.id, compared.other.id, reason)
    making_sure.forget(KEY)
    st.session_state.pop(f"{KEY}/text", None)
    st.session_state["notice"] = _("两份档案已合并")
    st.query_params.from_dict({"file": str(compared.kept.id)})
    st.rerun()
