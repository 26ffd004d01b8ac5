"""The dialogs of one record: its form, and the question before it is deleted."""

import uuid
from dataclasses import dataclass, field

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.records import service as records
from app.ui import attachment_dialog, forms, guard, messages, turns
from app.ui.components import Column, Row, record_table
from app.ui.open_form import OpenForm
from app.ui.safety import contained
from app.validation import item_alone, item_of, label, shown
from data.models import Record
from data.models.base import new_id
from data.models.declaration import Category
from data.models.record import DRAFT, RETURNED, SUBMITTED


@dataclass
class Editing(OpenForm):
    """A form that is open. A new record has its id already, so that a form sent twice makes one record."""

    category: Category
    record_id: uuid.UUID
    version: int | None
    key: str
    """Prefix of the form's widgets."""
    typed: dict[str, object] = field(default_factory=dict)
    hint: str = ""
    """What the person should know before changing a stored record."""
    conflict: records.Comparison | None = None
    """What somebody else saved while this form was open."""


@dataclass(frozen=True)
class Deleting:
    """A question that is open."""

    category: Category
    record_id: uuid.UUID


def start_new(category: Category) -> None:
    """Open an empty form."""
    editing = Editing(category, new_id(), None, _key(category))
    forms.fill(category.fields, editing.key, {})
    st.session_state["dialog"] = editing


def start_edit(category: Category, actor: Actor, record_id: uuid.UUID) -> None:
    """Open the form of a stored record."""
    with database().read() as db:
        record = records.get(db, actor, actor.dossier_id, category, record_id)
    editing = Editing(category, record_id, record.version, _key(category), hint=_hint(record))
    forms.fill(category.fields, editing.key, {each.key: getattr(record, each.key) for each in category.fields})
    st.session_state["dialog"] = editing


def _key(category: Category) -> str:
    return turns.next_name(f"form-{category.key}")


def _hint(record: Record) -> str:
    if record.review_reason and record.review_state in (DRAFT, RETURNED):
        return _("退回原因：{reason}").format(reason=record.review_reason)
    if record.review_state == SUBMITTED:
        return _("这条信息正在等待审核。修改后变为草稿，须重新提交")
    if record.approval_id is not None:
        return _("这条信息已审核通过。修改后须重新提交审核，审核通过前原内容继续有效")
    return ""


def start_delete(category: Category, record_id: uuid.UUID) -> None:
    """Ask before deleting."""
    st.session_state["dialog"] = Deleting(category, record_id)


def close() -> None:
    """Close the dialog and forget what was typed."""
    closed = st.session_state.pop("dialog", None)
    if isinstance(closed, Editing):
        forms.forget(closed.key)


def form(editing: Editing) -> None:
    """The form in a dialog."""
    title = item_alone(editing.category)
    st.dialog(title, width="large", on_dismiss=close)(_form)(editing)


@contained
def _form(editing: Editing) -> None:
    editing.tell()
    if editing.conflict is not None:
        _choose(editing, editing.conflict)
        return
    if editing.hint:
        messages.show("info", editing.hint)
    with st.form(editing.key, border=False):
        forms.draw(editing.category.fields, editing.key, editing.errors)
        if editing.category.attachment and editing.version is None:
            messages.plain(_("*信息保存后才能上传附件"))
        save, leave, _space = st.columns([1, 1, 2])
        save.form_submit_button(_("保存"), type="primary", width="stretch", on_click=_save, args=(editing,))
        leave.form_submit_button(_("关闭"), width="stretch", on_click=_leave)


def _leave() -> None:
    close()
    st.rerun()


def _save(editing: Editing) -> None:
    with editing.receiving():
        _store(editing, forms.typed(editing.category.fields, editing.key))


def _store(editing: Editing, typed: dict[str, object]) -> None:
    actor = guard.practitioner()
    category, record_id = editing.category, editing.record_id
    try:
        with database().write() as db:
            if editing.version is None:
                records.create(db, actor, actor.dossier_id, category, record_id, typed)
            else:
                records.update(db, actor, actor.dossier_id, category, record_id, editing.version, typed)
    except UserError as error:
        if error.code == "changed_meanwhile":
            with database().read() as db:
                editing.conflict = records.compare(db, actor, actor.dossier_id, category, record_id, typed)
            editing.typed = typed
        raise
    close()
    if category.attachment and editing.version is None:
        # The guide's “save first, then upload” is one flow.
        attachment_dialog.start(category, record_id, just_saved=True)
    st.rerun()


def _choose(editing: Editing, conflict: records.Comparison) -> None:
    """Two people changed one record: both versions side by side, and the choice."""
    fields = [field for field in editing.category.fields if field.key in conflict.differing]
    record_table(
        [Column(_("项目")), Column(_("您填写的"), 2), Column(_("刚保存的"), 2)],
        [
            Row(
                field.key,
                [label(field), shown(field, editing.typed[field.key]), shown(field, conflict.kept[field.key])],
            )
            for field in fields
        ],
        actions=[],
        key=f"{editing.key}-conflict",
        label=_("两份内容的不同之处"),
        empty="",
    )
    mine, theirs, leave = st.columns(3)
    if mine.button(_("保留我填写的"), type="primary", width="stretch"):
        editing.version, editing.conflict = conflict.version, None
        with editing.sending():
            _store(editing, editing.typed)
    if theirs.button(_("改用刚保存的"), width="stretch"):
        close()
        st.rerun()
    if leave.button(_("返回修改"), width="stretch"):
        forms.fill(editing.category.fields, editing.key, editing.typed)
        editing.version, editing.conflict, editing.problem = conflict.version, None, ""
        st.rerun(scope="fragment")


def confirm(deleting: Deleting) -> None:
    """The question in a dialog."""
    st.dialog(_("删除"), on_dismiss=close)(_confirm)(deleting)


@contained
def _confirm(deleting: Deleting) -> None:
    name = item_of(deleting.category)
    messages.plain(_("确定删除这条{name}吗？它的附件也会一起删除，30 天内可以恢复。").format(name=name))
    yes, no, _space = st.columns([1, 1, 2])
    if yes.button(_("确定删除"), type="primary", width="stretch"):
        actor = guard.practitioner()
        with database().write() as db:
            records.delete(db, actor, actor.dossier_id, deleting.category, deleting.record_id)
        close()
        st.rerun()
    if no.button(_("取消"), width="stretch"):
        close()
        st.rerun()
