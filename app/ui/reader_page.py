"""人员读卡建档: read a card, look, confirm; other documents are typed in."""

from datetime import timedelta

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import service as dossiers
from app.dossiers.card_messages import reader_text, warning_text
from app.dossiers.reading import identity_of, read_card, reader_state
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import guard, manual_entry, messages, shell, travel_entry
from app.ui.identity_view import changes_of, facts_of
from app.ui.safety import contained
from devices.resident_card import CardReading

KEY = "reader"


def show(actor: Actor) -> None:
    """Cards on the one side, documents typed in on the other."""
    shell.notice()
    st.subheader(_("人员读卡建档"), anchor=False)
    card, travel, manual = st.tabs([_("读身份证"), _("护照、通行证"), _("其他证件")])
    with card:
        _state()
        _card()
    with travel:
        travel_entry.draw()
    with manual:
        manual_entry.form(actor)


@st.fragment(run_every=timedelta(seconds=2))
@contained
def _state() -> None:
    status = reader_state()
    code = status.state if status else "off"
    kinds: dict[str, messages.Kind] = {"card_present": "success", "no_card": "info"}
    messages.show(kinds.get(code, "warning"), reader_text(code))
    if status and status.reader:
        messages.plain(_("读卡器：{name}").format(name=status.reader))


@st.fragment
@contained
def _card() -> None:
    if st.button(_("读卡"), type="primary", key=f"{KEY}/read", icon=":material/contactless:", shortcut="Ctrl+Enter"):
        _read()
    if done := st.session_state.get(f"{KEY}/done"):
        messages.show("success", done)
    if problem := st.session_state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    reading: CardReading | None = st.session_state.get(f"{KEY}/reading")
    if reading is not None:
        _confirm(reading)


def _read() -> None:
    _forget()
    guard.staff()
    try:
        with st.spinner(_("正在读卡，请勿移动证件…")):
            st.session_state[f"{KEY}/reading"] = read_card()
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message


def _confirm(reading: CardReading) -> None:
    identity = identity_of(reading)
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), reading.document_type, reading.number)
    for warning in reading.warnings:
        messages.show("warning", warning_text(warning))
    values, photo = st.columns([4, 1])
    with values:
        messages.facts(facts_of(identity))
    with photo:
        if reading.photo is not None:
            st.image(reading.photo, caption=_("照片"), width=180)
        else:
            messages.plain(_("读卡器没有给出照片"))
    if known is None:
        messages.show("info", _("新人员：确认后建档"))
    else:
        changed = changes_of(known, identity)
        text = (
            _("已建档，确认后更新：\n{changes}").format(changes="\n".join(changed))
            if changed
            else _("已建档，证件信息没有变化")
        )
        messages.show("info", text)
    errors: dict[str, str] = st.session_state.get(f"{KEY}/errors", {})
    # Each reading has a field of its own, so that the next one is empty.
    mobile = st.text_input(
        _("手机号（可不填，填写后本人即可登录）"), key=f"{KEY}/mobile/{id(reading)}", autocomplete="off"
    )
    for message in errors.values():
        messages.field_error(message)
    confirm, cancel, _space = st.columns([1, 1, 3])
    if confirm.button(
        _("确认建档") if known is None else _("确认更新"), type="primary", key=f"{KEY}/confirm", width="stretch"
    ):
        _save(reading, identity, mobile)
    if cancel.button(_("取消"), key=f"{KEY}/cancel", width="stretch"):
        _forget()
        st.rerun(scope="fragment")


def _save(reading: CardReading, identity: dict[str, object], mobile: str) -> None:
    try:
        with database().write() as db:
            opened = dossiers.open_file(db, guard.staff(), identity, photo=reading.photo, mobile=mobile, source="card")
    except FieldErrors as error:
        st.session_state[f"{KEY}/errors"] = error.fields
        st.rerun(scope="fragment")
    _forget()
    text = _("{name} 已建档，可以读下一张") if opened.created else _("{name} 的档案已更新，可以读下一张")
    st.session_state[f"{KEY}/done"] = text.format(name=opened.dossier.name)
    st.rerun(scope="fragment")


def _forget() -> None:
    for name in ("reading", "problem", "errors", "done"):
        st.session_state.pop(f"{KEY}/{name}", None)
