"""The dialog in which staff correct a person's record, with the reason that the person is shown."""

import uuid
from dataclasses import dataclass

import streamlit as st

from app.database import database
from app.locale import _
from app.records import correction
from app.records import service as records
from app.ui import forms, guard, messages
from app.ui.open_form import OpenForm
from app.ui.safety import contained
from app.validation import REASON, item_of
from data.models.declaration import Category, Field


@dataclass
class Correcting(OpenForm):
    """A form that is open."""

    dossier_id: uuid.UUID
    category: Category
    record_id: uuid.UUID
    version: int

    @property
    def key(self) -> str:
        """Prefix of the form's widgets."""
        return f"correction-{self.record_id}"

    @property
    def fields(self) -> tuple[Field, ...]:
        """The record's fields, and why they are changed."""
        return (*self.category.fields, REASON)


def start(dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> None:
    """Open the form of a stored record."""
    with database().read() as db:
        record = records.get(db, guard.staff(), dossier_id, category, record_id)
    correcting = Correcting(dossier_id, category, record_id, record.version)
    values = {each.key: getattr(record, each.key) for each in category.fields}
    forms.fill(correcting.fields, correcting.key, values | {REASON.key: ""})
    st.session_state["dialog"] = correcting


def form(correcting: Correcting) -> None:
    """The form in a dialog."""
    name = item_of(correcting.category)
    st.dialog(_("更正{name}").format(name=name), width="large", on_dismiss=_close)(_form)(correcting)


def _close() -> None:
    """Close the dialog and forget what was typed."""
    closed = st.session_state.pop("dialog", None)
    if isinstance(closed, Correcting):
        forms.forget(closed.key)


@contained
def _form(correcting: Correcting) -> None:
    correcting.tell()
    messages.show("info", _("更正后即为已审核；本人会看到原因，更正前后的内容记入变更记录"))
    with st.form(correcting.key, border=False):
        forms.draw(correcting.fields, correcting.key, correcting.errors)
        save, leave, _space = st.columns([1, 1, 2])
        saved = save.form_submit_button(_("保存更正"), type="primary", width="stretch")
        left = leave.form_submit_button(_("关闭"), width="stretch")
    if left:
        _close()
        st.rerun()
    if saved:
        _save(correcting)


def _save(correcting: Correcting) -> None:
    actor = guard.staff()
    typed = forms.typed(correcting.fields, correcting.key)
    reason = str(typed.pop(REASON.key) or "")
    of, record_id = correcting.category, correcting.record_id
    with correcting.sending(), database().write() as db:
        correction.correct(db, actor, correcting.dossier_id, of, record_id, correcting.version, typed, reason=reason)
    _close()
    st.session_state["notice"] = _("已更正，本人会在列表中看到原因")
    st.rerun()
