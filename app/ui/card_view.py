"""One card: read when it is laid down or by the key, looked at, confirmed."""

import streamlit as st

from app.database import database
from app.dossiers import service as dossiers
from app.dossiers.card_messages import compared_text
from app.dossiers.masking import masked_mobile
from app.dossiers.reading import contradicts_itself, identity_of, read_document, registered_area, warnings_of
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import chip_view, guard, messages, photo_input, reader_state, turns
from app.ui.identity_view import changes_of, facts_of, portrait
from app.ui.safety import contained
from data.models import Dossier
from devices.resident_card import CardReading
from devices.sources import ChipSerial

KEY = "card"


def draw() -> None:
    """The reader's state, and under it the card."""
    st.toggle(_("放上证件即自动读卡"), value=True, key=f"{KEY}/auto")
    reader_state.watch(_wanted)
    _card()


def _wanted() -> bool:
    """A card is not read by itself while another one waits to be confirmed."""
    return bool(st.session_state.get(f"{KEY}/auto")) and f"{KEY}/reading" not in st.session_state


@st.fragment
@contained
def _card() -> None:
    state = st.session_state
    clicked = st.button(
        _("读卡"), type="primary", key=f"{KEY}/read", icon=":material/contactless:", shortcut="Ctrl+Enter"
    )
    if clicked or reader_state.read_is_due():
        _read()
    if done := state.get(f"{KEY}/done"):
        messages.show("success", done)
    if problem := state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    reading = state.get(f"{KEY}/reading")
    if isinstance(reading, ChipSerial):
        chip_view.draw(reading, _forget)
    elif isinstance(reading, CardReading):
        _confirm(reading)


def _read() -> None:
    _forget()
    guard.staff()
    reader_state.take_as_read()
    try:
        with st.spinner(_("正在读卡，请勿移动证件…")):
            st.session_state[f"{KEY}/reading"] = read_document(reader_state.chosen())
        # Fields of its own for each reading, so that the next one's are empty.
        turns.next_name(KEY)
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message


def _confirm(reading: CardReading) -> None:
    identity = identity_of(reading)
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), reading.document_type, reading.number)
    for warning in warnings_of(reading):
        messages.show("warning", warning)
    key = turns.name(KEY)
    values, side = st.columns([4, 1])
    with values:
        messages.facts([*facts_of(identity), *_more(reading)])
    with side:
        photo = _photo(reading, known)
    _tell_changes(known, identity, photo)
    st.text_input(
        _("手机号（可不填，填写后本人即可登录）"),
        key=f"{key}/mobile",
        autocomplete="off",
        placeholder=masked_mobile(known.mobile) if known else "",
    )
    if contradicts_itself(reading):
        st.checkbox(compared_text(), key=f"{key}/compared")
    errors: dict[str, str] = st.session_state.get(f"{KEY}/errors", {})
    for message in errors.values():
        messages.field_error(message)
    confirm, cancel, _space = st.columns([1, 1, 3])
    name = _("确认建档") if known is None else _("确认更新")
    # Done before anything is drawn: a run that begins anew in its middle may leave this part of the page empty.
    confirm.button(
        name, type="primary", key=f"{KEY}/confirm", width="stretch", shortcut="Enter", on_click=_save,
        args=(identity, photo, key),
    )  # fmt: skip
    cancel.button(_("取消"), key=f"{KEY}/cancel", width="stretch", shortcut="Esc", on_click=_forget)


def _photo(reading: CardReading, known: Dossier | None) -> bytes | None:
    """The photo to keep: the card's own, or one that the clerk takes where the reader has none."""
    if reading.photo is not None:
        portrait(reading.photo)
        return reading.photo
    if known is not None and known.photo is not None:
        portrait(known.photo)
    messages.plain(_("读卡器没有给出照片，可拍照或上传"))
    return photo_input.draw(f"{turns.name(KEY)}/photo")


def _tell_changes(known: Dossier | None, identity: dict[str, object], photo: bytes | None) -> None:
    if known is None:
        messages.show("info", _("新人员：确认后建档"))
    elif changed := changes_of(known, identity, photo):
        messages.show("info", _("已建档。以下信息有变化，确认后更新，原来的值保留在档案历史中"))
        messages.changes(changed)
    else:
        messages.show("info", _("已建档，证件信息没有变化"))


def _more(reading: CardReading) -> list[tuple[str, str]]:
    """What some cards have beside the common fields, and the hint about the number's area."""
    rows = [
        (_("英文姓名"), reading.name_latin if reading.name else ""),
        (_("国籍"), reading.nationality),
        (_("通行证号码"), reading.permit_number),
        (_("签发次数"), reading.issues),
        (_("换证次数"), reading.renewals),
    ]
    if reading.document_type == "resident_id":
        rows.append((_("号码登记地"), registered_area(reading.number)))
    return [(name, value) for name, value in rows if value]


@contained
def _save(identity: dict[str, object], photo: bytes | None, key: str) -> None:
    mobile = str(st.session_state[f"{key}/mobile"])
    compared = bool(st.session_state.get(f"{key}/compared"))
    try:
        with database().write() as db:
            opened = dossiers.open_file(
                db, guard.current_actor(), identity, photo=photo, mobile=mobile, source="card",
                contradictions_seen=compared,
            )  # fmt: skip
    except FieldErrors as error:
        st.session_state[f"{KEY}/errors"] = error.fields
        return
    _forget()
    text = _("{name} 已建档，可以读下一张") if opened.created else _("{name} 的档案已更新，可以读下一张")
    st.session_state[f"{KEY}/done"] = text.format(name=opened.dossier.name)


def _forget() -> None:
    for name in ("reading", "problem", "errors", "done"):
        st.session_state.pop(f"{KEY}/{name}", None)
