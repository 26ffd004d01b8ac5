"""待复核: documents that another clerk typed in, compared with the original and confirmed by its number."""

from datetime import date

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import second_look
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, messages
from app.ui.identity_view import facts_of, portrait
from app.ui.safety import contained
from data.models import PendingEntry
from data.models.dossier import IDENTITY_FIELDS

KEY = "pending"


@st.fragment
@contained
def draw() -> None:
    """Each entry in a box of its own; the number stays hidden from who has to type it."""
    actor = guard.staff()
    with database().read() as db:
        entries = second_look.waiting(db, actor)
    if done := st.session_state.pop(f"{KEY}/done", None):
        messages.show("success", done)
    if not entries:
        return
    st.subheader(_("待复核的证件（{count}）").format(count=len(entries)), anchor=False)
    for entry, clerk in entries:
        with st.container(border=True):
            _entry(actor, entry, clerk)


def _entry(actor: Actor, entry: PendingEntry, clerk: str) -> None:
    own = entry.entered_by == actor.subject_id
    values, side = st.columns([4, 1])
    with values:
        facts = facts_of(_values(entry) | {"number": _("（请对照证件填写）")} if not own else _values(entry))
        messages.facts([*facts, (_("录入人"), clerk), (_("录入时间"), to_the_minute(entry.created_at))])
    with side:
        if entry.photo is not None:
            portrait(entry.photo)
    if own:
        messages.plain(_("等待另一位受理人员复核"))
        _withdraw(entry, _("撤回"))
        return
    number = st.text_input(_("对照证件填写证件号码"), key=f"{KEY}/number/{entry.id}", autocomplete="off")
    if st.button(_("复核无误，建档"), type="primary", key=f"{KEY}/confirm/{entry.id}"):
        _confirm(entry, number)
    _withdraw(entry, _("有误，退回重录"))


def _confirm(entry: PendingEntry, number: str) -> None:
    try:
        with database().write() as db:
            opened = second_look.confirm(db, guard.staff(), entry.id, number)
    except UserError as error:
        messages.show("error", error.message)
        return
    text = _("{name} 已建档") if opened.created else _("{name} 的档案已更新")
    st.session_state[f"{KEY}/done"] = text.format(name=opened.dossier.name)
    st.rerun(scope="fragment")


def _withdraw(entry: PendingEntry, label: str) -> None:
    if st.button(label, key=f"{KEY}/withdraw/{entry.id}"):
        with database().write() as db:
            second_look.withdraw(db, guard.staff(), entry.id)
        st.rerun(scope="fragment")


def _values(entry: PendingEntry) -> dict[str, object]:
    """The identity fields; days were kept as ISO text."""
    values: dict[str, object] = {}
    for key, field in IDENTITY_FIELDS.items():
        value = entry.identity.get(key)
        values[key] = date.fromisoformat(value) if field.kind == "day" and value else value
    return values
