"""Other documents, checked and typed in by the clerk, with a photo."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import service as dossiers
from app.dossiers.photo import id_photo
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import forms, guard, messages
from app.ui.safety import contained
from data.models.dossier import IDENTITY_FIELDS

KEY = "manual"
FORMATS = ("jpg", "jpeg", "png", "webp")


@st.fragment
@contained
def form(_actor: Actor) -> None:
    """The form; what was typed stays until the file is open."""
    messages.plain(
        _(
            "军官证、外国护照、港澳居民来往内地通行证、台湾居民来往大陆通行证等证件，请核对原件后录入；读卡器不可用时身份证也可在此录入。"
        )
    )
    if done := st.session_state.get(f"{KEY}/done"):
        messages.show("success", done)
    if problem := st.session_state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    errors: dict[str, str] = st.session_state.get(f"{KEY}/errors", {})
    key = _form_key()
    with st.form(key, border=False):
        forms.draw(IDENTITY_FIELDS.values(), key, errors)
        mobile = st.text_input(_("手机号（可不填，填写后本人即可登录）"), key=f"{key}/mobile", autocomplete="off")
        if message := errors.get("mobile"):
            messages.field_error(message)
        photo = st.file_uploader(_("照片"), FORMATS, key=f"{key}/photo", max_upload_size=10)
        if message := errors.get("photo"):
            messages.field_error(message)
        sent = st.form_submit_button(_("确认建档"), type="primary")
    if sent:
        _save(mobile, (photo.getvalue(), photo.name) if photo else None)


def _save(mobile: str, photo: tuple[bytes, str] | None) -> None:
    identity = forms.typed(IDENTITY_FIELDS.values(), _form_key())
    state = st.session_state
    state[f"{KEY}/errors"] = {}
    for name in ("done", "problem"):
        state.pop(f"{KEY}/{name}", None)
    try:
        picture = id_photo(*photo) if photo else None
    except UserError as error:
        state[f"{KEY}/errors"] = {"photo": error.message}
        st.rerun(scope="fragment")
    try:
        with database().write() as db:
            opened = dossiers.open_file(db, guard.staff(), identity, photo=picture, mobile=mobile, source="manual")
    except FieldErrors as error:
        state[f"{KEY}/errors"] = error.fields
        state[f"{KEY}/problem"] = _("有 {count} 处需要修改，请看标红的说明").format(count=len(error.fields))
        st.rerun(scope="fragment")
    forms.forget(_form_key())
    state[f"{KEY}/people"] += 1
    text = _("{name} 已建档") if opened.created else _("{name} 的档案已更新")
    state[f"{KEY}/done"] = text.format(name=opened.dossier.name)
    st.rerun(scope="fragment")


def _form_key() -> str:
    # Each person has fields of their own, so that the next form is empty.
    return f"{KEY}-{st.session_state.setdefault(f'{KEY}/people', 0)}"
