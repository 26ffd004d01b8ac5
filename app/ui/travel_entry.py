"""Passports and permits: the machine readable zone, typed or scanned, opens the chip; both fill the file."""

import uuid

import streamlit as st

from app.database import database
from app.dossiers import service as dossiers
from app.dossiers import travel
from app.dossiers.card_messages import warning_text
from app.dossiers.photo import id_photo
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import forms, guard, messages
from app.ui.identity_view import changes_of, facts_of, portrait
from app.ui.safety import contained
from app.validation import label, shown
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS
from devices.resident_card import CardReading
from devices.travel_document.authenticity import Authenticity, Verdict
from devices.travel_document.reader import Key

KEY = "travel"
FORMATS = ("jpg", "jpeg", "png", "webp")
ADDED = ("name", "authority", "address")
"""What neither zone nor every chip tells: typed in by the clerk."""
VALID_TO = IDENTITY_FIELDS["valid_to"]
"""Documents that tell their end only; the line of the validity begins with a start."""
KINDS: dict[Verdict, messages.Kind] = {Verdict.VERIFIED: "success", Verdict.ALTERED: "error"}


@st.fragment
@contained
def draw() -> None:
    """The zone, then what was read, then the file."""
    state = st.session_state
    messages.plain(
        _(
            "护照、港澳居民来往内地通行证、台湾居民来往大陆通行证：键入、粘贴或扫入证件底部的机读码，将证件放在读卡器上，再读取芯片。"
        )
    )
    _zone_form()
    if done := state.get(f"{KEY}/done"):
        messages.show("success", done)
    if problem := state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    reading = state.get(f"{KEY}/reading")
    if isinstance(reading, CardReading):
        _confirm(reading, state.get(f"{KEY}/authenticity"))


def _zone_form() -> None:
    # Each document has fields of its own, so that the next one's are empty.
    turn = st.session_state.setdefault(f"{KEY}/turn", uuid.uuid4().hex)
    with st.form(f"{KEY}-zone-{turn}", border=False):
        zone = st.text_area(_("机读码"), key=f"{KEY}/zone/{turn}", height=110)
        can = st.text_input(
            _("卡号（6 位数字，印在部分通行证上，可代替机读码打开芯片）"), key=f"{KEY}/can/{turn}", autocomplete="off"
        )
        chip, only, _space = st.columns([1, 1, 2])
        with chip:
            read = st.form_submit_button(_("读取芯片"), type="primary", width="stretch", icon=":material/contactless:")
        with only:
            typed = st.form_submit_button(_("只用机读码"), width="stretch")
    if read or typed:
        _read(zone, can, from_chip=read)


def _read(zone: str, can: str, *, from_chip: bool) -> None:
    _forget()
    guard.staff()
    state = st.session_state
    try:
        if from_chip:
            digits = travel.clean_can(can)
            key = Key(can=digits) if digits and not zone.strip() else Key(mrz=travel.read_zone(zone).key, can=digits)
            with st.spinner(_("正在读取芯片，请勿移动证件…")):
                got = travel.read_chip(key)
            state[f"{KEY}/reading"], state[f"{KEY}/authenticity"] = got.reading, got.authenticity
        else:
            state[f"{KEY}/reading"] = travel.reading_of_zone(travel.read_zone(zone))
    except UserError as error:
        state[f"{KEY}/problem"] = error.message
        return
    reading: CardReading = state[f"{KEY}/reading"]
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), reading.document_type, reading.number)
    forms.fill(_added(), _form_key(), travel.identity(reading, known))


def _confirm(reading: CardReading, authenticity: Authenticity | None) -> None:
    if authenticity is None:
        messages.show("warning", _("未读芯片，以下内容只来自机读码，请与证件核对"))
    else:
        messages.show(KINDS.get(authenticity.verdict, "warning"), travel.authenticity_text(authenticity))
    for warning in reading.warnings:
        messages.show("warning", warning_text(warning))
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), reading.document_type, reading.number)
    identity = travel.identity(reading, known)
    values, side = st.columns([4, 1])
    with values:
        messages.facts([*facts_of(identity), (label(VALID_TO), shown(VALID_TO, identity["valid_to"]))])
    with side:
        if reading.photo is not None:
            portrait(reading.photo)
        else:
            messages.plain(_("没有照片"))
    if authenticity is not None and authenticity.verdict is Verdict.ALTERED:
        return
    if known is None:
        messages.show("info", _("新人员：确认后建档"))
    elif changed := changes_of(known, identity, reading.photo):
        messages.show("info", _("已建档。以下信息有变化，确认后更新，原来的值保留在档案历史中"))
        messages.changes(changed)
    else:
        messages.show("info", _("已建档，证件信息没有变化"))
    _file_form(reading, identity, is_known=known is not None, from_chip=authenticity is not None)


def _file_form(reading: CardReading, identity: dict[str, object], *, is_known: bool, from_chip: bool) -> None:
    key = _form_key()
    errors: dict[str, str] = st.session_state.get(f"{KEY}/errors", {})
    with st.form(key, border=False):
        forms.draw(_added(), key, errors)
        mobile = st.text_input(_("手机号（可不填，填写后本人即可登录）"), key=f"{key}/mobile", autocomplete="off")
        photo = None
        if reading.photo is None:
            photo = st.file_uploader(_("照片"), FORMATS, key=f"{key}/photo", max_upload_size=10)
        for name, message in errors.items():
            if name not in ADDED:
                messages.field_error(message)
        confirm, cancel, _space = st.columns([1, 1, 3])
        with confirm:
            save = st.form_submit_button(_("确认更新") if is_known else _("确认建档"), type="primary", width="stretch")
        with cancel:
            leave = st.form_submit_button(_("取消"), width="stretch")
    if save:
        uploaded = (photo.getvalue(), photo.name) if photo else None
        _save(identity, mobile, uploaded, reading.photo, "card" if from_chip else "manual")
    if leave:
        _next()
        st.rerun(scope="fragment")


def _save(
    identity: dict[str, object], mobile: str, uploaded: tuple[bytes, str] | None, photo: bytes | None, source: str
) -> None:
    state = st.session_state
    identity |= forms.typed(_added(), _form_key())
    try:
        photo = id_photo(*uploaded) if uploaded else photo
        with database().write() as db:
            opened = dossiers.open_file(db, guard.staff(), identity, photo=photo, mobile=mobile, source=source)
    except FieldErrors as error:
        state[f"{KEY}/errors"] = error.fields
        st.rerun(scope="fragment")
    except UserError as error:
        state[f"{KEY}/errors"] = {"photo": error.message}
        st.rerun(scope="fragment")
    _next()
    text = _("{name} 已建档") if opened.created else _("{name} 的档案已更新")
    state[f"{KEY}/done"] = text.format(name=opened.dossier.name)
    st.rerun(scope="fragment")


def _added() -> list[Field]:
    return [IDENTITY_FIELDS[name] for name in ADDED]


def _form_key() -> str:
    return f"{KEY}-file-{st.session_state[f'{KEY}/turn']}"


def _forget() -> None:
    for name in ("reading", "authenticity", "problem", "errors", "done"):
        st.session_state.pop(f"{KEY}/{name}", None)


def _next() -> None:
    """The next document: nothing of this one stays in the session."""
    forms.forget(_form_key())
    for name in ("zone", "can"):
        st.session_state.pop(f"{KEY}/{name}/{st.session_state[f'{KEY}/turn']}", None)
    _forget()
    st.session_state.pop(f"{KEY}/turn", None)
