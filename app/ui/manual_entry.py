"""Other documents, checked and typed in by the clerk, with a photo; the number is given twice, or checked by another."""

import streamlit as st

from app import preferences
from app.access.rights import Actor
from app.database import database
from app.dossiers import second_look
from app.locale import _
from app.ui import forms, guard, messages, pending_entries, photo_input, turns
from app.ui.open_form import form_of
from app.ui.safety import contained
from data.models import PendingEntry
from data.models.dossier import IDENTITY_FIELDS

KEY = "manual"


def draw(_actor: Actor) -> None:
    """The form, and under it what waits for a second clerk."""
    _form()
    pending_entries.draw()


@st.fragment
@contained
def _form() -> None:
    """What was typed stays until the file is open."""
    messages.plain(
        _(
            "军官证、外国护照、港澳居民来往内地通行证、台湾居民来往大陆通行证等证件，请核对原件后录入；读卡器不可用时身份证也可在此录入。"
        )
    )
    if done := st.session_state.get(f"{KEY}/done"):
        messages.show("success", done)
    opened = form_of(KEY)
    opened.tell()
    with database().read() as db:
        by_second_clerk = preferences.current(db).second_clerk
    key = _form_key()
    photo = photo_input.draw(f"{key}/photo")
    with st.form(key, border=False):
        forms.draw(IDENTITY_FIELDS.values(), key, opened.errors)
        again = "" if by_second_clerk else _field("number_again", _("再次填写证件号码"), opened.errors, required=True)
        mobile = _field("mobile", _("手机号（可不填，填写后本人即可登录）"), opened.errors)
        sent = st.form_submit_button(_("提交复核") if by_second_clerk else _("确认建档"), type="primary")
    if sent:
        _save(again, mobile, photo)


def _field(name: str, label: str, errors: dict[str, str], *, required: bool = False) -> str:
    key = f"{_form_key()}/{name}" + (f"/{forms.REQUIRED}" if required else "")
    typed = st.text_input(label, key=key, autocomplete="off")
    if message := errors.get(name):
        messages.field_error(message)
    return typed


def _save(again: str, mobile: str, photo: bytes | None) -> None:
    identity = forms.typed(IDENTITY_FIELDS.values(), _form_key())
    state = st.session_state
    state.pop(f"{KEY}/done", None)
    with form_of(KEY).sending(), database().write() as db:
        entered = second_look.enter(db, guard.staff(), identity, number_again=again, photo=photo, mobile=mobile)
    forms.forget(_form_key())
    turns.next_name(KEY)
    if isinstance(entered, PendingEntry):
        state[f"{KEY}/done"] = _("{name} 已提交，等待另一位受理人员复核").format(name=entered.identity["name"])
    else:
        text = _("{name} 已建档") if entered.created else _("{name} 的档案已更新")
        state[f"{KEY}/done"] = text.format(name=entered.dossier.name)
    st.rerun()


def _form_key() -> str:
    # The next person has other fields, so that the next form is empty.
    return turns.name(KEY)
