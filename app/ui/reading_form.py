"""What was read off a document, and the file that it opens: shown, completed where the document is silent, confirmed.

What the document does tell is not to be typed over. Everything lives in the session under the key of the page's part.
"""

from dataclasses import dataclass

import streamlit as st

from app.database import database
from app.dossiers import service as dossiers
from app.dossiers import travel
from app.dossiers.card_messages import compared_text
from app.dossiers.photo import id_photo
from app.dossiers.reading import contradicts_itself, warnings_of
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import forms, guard, messages, receiving, turns
from app.ui.identity_view import changes_of, facts_of, portrait
from app.ui.receiving import Received
from app.validation import label, shown
from data.models import Dossier
from data.models.declaration import Field
from data.models.dossier import IDENTITY_FIELDS
from devices.resident_card import CardReading

FORMATS = ("jpg", "jpeg", "png", "webp")
COMPLETED = ("name", "authority", "address")
"""What the clerk types in where the document does not tell it."""
VALID_TO = IDENTITY_FIELDS["valid_to"]


@dataclass(frozen=True)
class Read:
    """A reading to be confirmed: what the clerk is told of it, whether a file may be opened with it, its source."""

    reading: CardReading
    kind: messages.Kind
    text: str
    source: str
    may_save: bool = True


def show(key: str, read: Read) -> None:
    """Let a reading be confirmed. Each has fields of its own, so that the next one's are empty."""
    st.session_state[f"{key}/read"] = read
    turns.next_name(f"{key}-file")
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), read.reading.document_type, read.reading.number)
    forms.fill(_completed(read.reading), _form_key(key), travel.identity(read.reading, known))


def forget(key: str) -> None:
    """Nothing of the last reading stays in the session."""
    forms.forget(_form_key(key))
    for name in ("read", "errors", "done"):
        st.session_state.pop(f"{key}/{name}", None)


def draw(key: str) -> None:
    """The reading that waits to be confirmed, or what became of the last one."""
    if done := st.session_state.get(f"{key}/done"):
        messages.show("success", done)
    read: Read | None = st.session_state.get(f"{key}/read")
    if read is None:
        return
    if read.text:
        messages.show(read.kind, read.text)
    for warning in warnings_of(read.reading):
        messages.show("warning", warning)
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), read.reading.document_type, read.reading.number)
    identity = travel.identity(read.reading, known)
    _facts(read.reading, identity)
    if read.may_save:
        _tell_changes(known, identity, read.reading.photo)
        _form(key, read, identity, is_known=known is not None)


def _facts(reading: CardReading, identity: dict[str, object]) -> None:
    values, side = st.columns([4, 1])
    facts = facts_of(identity)
    if not identity["valid_from"]:
        # The line of the validity begins with its start, which some documents do not tell.
        facts.append((label(VALID_TO), shown(VALID_TO, identity["valid_to"])))
    with values:
        messages.facts(facts)
    with side:
        if reading.photo is not None:
            portrait(reading.photo)
        else:
            messages.plain(_("没有照片"))


def _tell_changes(known: Dossier | None, identity: dict[str, object], photo: bytes | None) -> None:
    if known is None:
        messages.show("info", _("新人员：确认后建档"))
    elif changed := changes_of(known, identity, photo):
        messages.show("info", _("已建档。以下信息有变化，确认后更新，原来的值保留在档案历史中"))
        messages.changes(changed)
    else:
        messages.show("info", _("已建档，证件信息没有变化"))


def _form(key: str, read: Read, identity: dict[str, object], *, is_known: bool) -> None:
    form = _form_key(key)
    fields = _completed(read.reading)
    errors: dict[str, str] = st.session_state.get(f"{key}/errors", {})
    with st.form(form, border=False):
        forms.draw(fields, form, errors)
        mobile = st.text_input(_("手机号（可不填，填写后本人即可登录）"), key=f"{form}/mobile", autocomplete="off")
        photo = None
        if read.reading.photo is None:
            photo = receiving.file_field(_("照片"), FORMATS, key=f"{form}/photo", megabytes=10)
        may_differ = read.source == "card" and contradicts_itself(read.reading)
        compared = may_differ and st.checkbox(compared_text(), key=f"{form}/compared")
        for name, message in errors.items():
            if name not in {field.key for field in fields}:
                messages.field_error(message)
        confirm, cancel, _space = st.columns([1, 1, 3])
        with confirm:
            save = st.form_submit_button(_("确认更新") if is_known else _("确认建档"), type="primary", width="stretch")
        with cancel:
            leave = st.form_submit_button(_("取消"), width="stretch")
    if save:
        _save(key, read, identity | forms.typed(fields, form), mobile, photo, compared=compared)
    if leave:
        _end(key)
        st.rerun(scope="fragment")


def _save(
    key: str,
    read: Read,
    identity: dict[str, object],
    mobile: str,
    uploaded: Received | None,
    *,
    compared: bool,
) -> None:
    state = st.session_state
    try:
        photo = id_photo(uploaded.content(), uploaded.name) if uploaded else read.reading.photo
        with database().write() as db:
            opened = dossiers.open_file(
                db, guard.staff(), identity, photo=photo, mobile=mobile, source=read.source,
                contradictions_seen=compared,
            )  # fmt: skip
    except FieldErrors as error:
        state[f"{key}/errors"] = error.fields
        st.rerun(scope="fragment")
    except UserError as error:
        state[f"{key}/errors"] = {"photo": error.message}
        st.rerun(scope="fragment")
    _end(key)
    text = _("{name} 已建档") if opened.created else _("{name} 的档案已更新")
    state[f"{key}/done"] = text.format(name=opened.dossier.name)
    st.rerun(scope="fragment")


def _end(key: str) -> None:
    forget(key)
    turns.next_name(key)


def _completed(reading: CardReading) -> list[Field]:
    told = {"name": reading.name, "authority": reading.authority, "address": reading.address}
    return [IDENTITY_FIELDS[name] for name in COMPLETED if not told[name]]


def _form_key(key: str) -> str:
    return turns.name(f"{key}-file")
