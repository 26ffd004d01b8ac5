"""The dialog of a record's attachment: choose a file, see what is wrong with it, mend it, look, keep it."""

import uuid
from dataclasses import dataclass, field

import streamlit as st

from app.attachments import mend, rules
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.database import database
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import guard, messages, receiving, turns
from app.ui.components import picture
from app.ui.forms import REQUIRED
from app.ui.pictures import labels
from app.ui.safety import contained
from app.validation import item_of
from data.models import Attachment
from data.models.declaration import Category

FORMATS = ("jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "pdf")


@dataclass
class Attaching:
    """The open dialog: the record, the file as it will be kept, and what went wrong."""

    category: Category
    record_id: uuid.UUID
    key: str
    """Prefix of the dialog's widgets."""
    just_saved: bool = False
    mended: bytes | None = None
    mended_from: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Viewing:
    """An attachment that staff look at."""

    dossier_id: uuid.UUID
    record_id: uuid.UUID


def start(category: Category, record_id: uuid.UUID, *, just_saved: bool = False) -> None:
    """Open the dialog for a saved record."""
    st.session_state["dialog"] = Attaching(category, record_id, turns.next_name("attachment"), just_saved)


def close() -> None:
    """Close the dialog."""
    st.session_state.pop("dialog", None)


def dialog(attaching: Attaching) -> None:
    """The practitioner's dialog."""
    st.dialog(_("附件上传"), width="large", on_dismiss=close)(_attach)(attaching)


def view(viewing: Viewing) -> None:
    """The staff's dialog: look only."""
    st.dialog(_("附件"), width="large", on_dismiss=close)(_look)(viewing)


@contained
def _look(viewing: Viewing) -> None:
    with database().read() as db:
        attachment = attachments.of_record(db, guard.staff(), viewing.dossier_id, viewing.record_id)
    if attachment is None:
        messages.show("info", _("这条记录没有附件"))
        return
    _show(attachment, f"view-{attachment.id}")


@contained
def _attach(attaching: Attaching) -> None:
    actor = guard.practitioner()
    with database().read() as db:
        attachment = attachments.of_record(db, actor, actor.dossier_id, attaching.record_id)
    if attaching.just_saved:
        messages.show("success", _("信息已保存，现在可以上传附件"))
    if attaching.problem:
        messages.show("error", attaching.problem)
    if attachment is not None:
        _kept(attaching, attachment)
    else:
        _choose(attaching)
    if st.button(_("关闭"), key=f"{attaching.key}-close"):
        close()
        st.rerun()


def _show(attachment: Attachment, key: str) -> None:
    figures = _("{width}×{height} 像素 · {dpi} dpi · {size} KB").format(
        width=attachment.width, height=attachment.height, dpi=attachment.dpi, size=-(-attachment.bytes_stored // 1024)
    )
    messages.facts([(_("文件标题"), attachment.title), (_("规格"), figures)])
    picture(attachment.content, alt=attachment.title, key=key, labels=labels())


def _kept(attaching: Attaching, attachment: Attachment) -> None:
    _show(attachment, f"{attaching.key}-view")
    messages.plain(attachments.only_one(attaching.category).message)
    if st.button(_("删除附件"), key=f"{attaching.key}-remove"):
        actor = guard.practitioner()
        with database().write() as db:
            attachments.remove(db, actor, actor.dossier_id, attaching.record_id)
        start(attaching.category, attaching.record_id)
        st.rerun()


def _choose(attaching: Attaching) -> None:
    messages.plain(rules.requirements())
    item = item_of(attaching.category)
    st.session_state.setdefault(f"{attaching.key}-title-{REQUIRED}", _("{item}扫描件").format(item=item))
    title = st.text_input(_("文件标题（显示的名称）"), key=f"{attaching.key}-title-{REQUIRED}", autocomplete="off")
    if message := attaching.errors.get("title"):
        messages.field_error(message)
    file = receiving.file_field(_("选择文件"), FORMATS, key=f"{attaching.key}-file", megabytes=10)
    if file is None:
        attaching.mended = None
        return
    try:
        content = file.content()
    except UserError as error:
        messages.show("error", error.message)
        return
    if attaching.mended_from != file.id:
        attaching.mended, attaching.mended_from = None, file.id
    problems = rules.check(content, file.name)
    if not problems:
        _preview(attaching, title, content)
    elif attaching.mended is not None:
        messages.show("success", _("已转换为符合要求的 JPG，请核对是否清楚，再点击「上传」"))
        _preview(attaching, title, attaching.mended)
    else:
        messages.show("warning", "\n".join(problem.message for problem in problems))
        _offer_mend(attaching, content, file.name)


def _offer_mend(attaching: Attaching, content: bytes, filename: str) -> None:
    try:
        pages = mend.page_count(content, filename)
    except UserError as error:
        messages.show("error", error.message)
        return
    page = 1
    if pages > 1:
        page = int(
            st.number_input(
                _("选用第几页（共 {pages} 页）").format(pages=pages), 1, pages, 1, key=f"{attaching.key}-page"
            )
        )
    if st.button(_("一键转换为符合要求的 JPG"), type="primary", key=f"{attaching.key}-mend"):
        with st.spinner(_("正在转换…")):
            try:
                attaching.mended = mend.mend(content, filename, page - 1).content
            except UserError as error:
                attaching.problem = error.message
        st.rerun(scope="fragment")


def _preview(attaching: Attaching, title: str, content: bytes) -> None:
    picture(content, alt=_("附件预览"), key=f"{attaching.key}-preview", labels=labels())
    if st.button(_("上传"), type="primary", key=f"{attaching.key}-keep"):
        _keep(attaching, title, content)


def _keep(attaching: Attaching, title: str, content: bytes) -> None:
    actor = guard.practitioner()
    attaching.errors, attaching.problem = {}, ""
    try:
        prepared = prepare(content)
        with database().write() as db:
            attachments.add(db, actor, actor.dossier_id, attaching.category, attaching.record_id, title, prepared)
    except FieldErrors as error:
        attaching.errors = error.fields
        st.rerun(scope="fragment")
    except UserError as error:
        attaching.problem = error.message
        st.rerun(scope="fragment")
    close()
    st.session_state["notice"] = _("附件已上传")
    st.rerun()
