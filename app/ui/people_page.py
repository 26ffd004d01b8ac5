"""人员档案: find a person, look at the whole file, record a mobile number, close the file."""

import uuid

import streamlit as st

from app.access import mobiles
from app.access.rights import Action as Right
from app.access.rights import Actor, may
from app.attachments import service as attachments
from app.database import database
from app.dossiers import service as dossiers
from app.errors import UserError
from app.locale import _
from app.records import service as records
from app.ui import attachment_dialog, guard, identity_history, identity_view, messages, shell, tables
from app.ui.components import Action, Column, Row, record_table
from app.ui.safety import contained
from data.models import Dossier, categories
from data.models.declaration import Category

KEY = "people"


def show(actor: Actor) -> None:
    """The list, or the file of one person (`?file=` in the address)."""
    shell.notice()
    opened = st.query_params.get("file")
    if opened:
        _file(actor, opened)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    st.subheader(_("人员档案"), anchor=False)
    text = st.text_input(_("查找人员：姓名开头、完整证件号或手机号"), key=f"{KEY}/text", autocomplete="off")
    pages: list[uuid.UUID] = st.session_state.setdefault(f"{KEY}/pages", [])
    with database().read() as db:
        found = dossiers.search(db, actor, text, after=pages[-1] if pages and not text else None)
    clicked = record_table(
        [Column(_("姓名"), 2), Column(_("证件号"), 3), Column(_("手机号"), 2), Column(_("状态"), 1)],
        [_row(dossier) for dossier in found],
        actions=[Action("open", _("查看"))],
        key=f"{KEY}-table",
        label=_("人员档案"),
        empty=_("没有找到人员。请核对输入，或到受理窗口读卡建档"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.query_params["file"] = clicked.row
        st.rerun()
    if not text:
        _pager(pages, found)


def _pager(pages: list[uuid.UUID], found: list[Dossier]) -> None:
    back, on, _space = st.columns([1, 1, 4])
    if pages and back.button(_("上一页"), key=f"{KEY}/back", width="stretch"):
        pages.pop()
        st.rerun()
    if len(found) == dossiers.PAGE_SIZE and on.button(_("下一页"), key=f"{KEY}/on", width="stretch"):
        pages.append(found[-1].id)
        st.rerun()


def _row(dossier: Dossier) -> Row:
    mobile = dossiers.masked(mobiles.national(dossier.mobile)) if dossier.mobile else ""
    state = _("已关闭") if dossier.state == "closed" else _("可登录") if dossier.self_service else _("已建档")
    return Row(str(dossier.id), [dossier.name, dossiers.masked(dossier.number), mobile, state])


def _file(actor: Actor, opened: str) -> None:
    if st.button(_("返回列表"), icon=":material/arrow_back:"):
        del st.query_params["file"]
        st.rerun()
    try:
        dossier_id = uuid.UUID(opened)
    except ValueError:
        raise UserError("gone", _("没有这份档案")) from None
    with database().read() as db:
        dossier = dossiers.view(db, actor, dossier_id)
    identity_view.draw(dossier)
    if dossier.state == "closed":
        messages.show("warning", _("档案已关闭，本人不能登录"))
    identity_history.draw(actor, dossier)
    _mobile(actor, dossier)
    for category in categories():
        _category(actor, dossier_id, category)
    if isinstance(dialog := st.session_state.get("dialog"), attachment_dialog.Viewing):
        attachment_dialog.view(dialog)
    if may(actor, Right.DOSSIER_CLOSE) and dossier.state == "open":
        _close(dossier)


def _category(actor: Actor, dossier_id: uuid.UUID, category: Category) -> None:
    st.subheader(tables.name_of(category), anchor=False)
    with database().read() as db:
        rows = records.listing(db, actor, dossier_id, category)
        attached = attachments.attached(db, actor, dossier_id) if category.attachment else frozenset()
    clicked = tables.records(category, rows, attached=attached, editable=False)
    if clicked is not None:
        st.session_state["dialog"] = attachment_dialog.Viewing(dossier_id, uuid.UUID(clicked.row))


@st.fragment
@contained
def _mobile(_actor: Actor, dossier: Dossier) -> None:
    actor = guard.staff()
    current = mobiles.national(dossier.mobile) if dossier.mobile else _("没有登记")
    messages.facts([(_("手机号"), current)])
    if not may(actor, Right.MOBILE_CHANGE, dossier.id):
        return
    with st.expander(_("登记或变更手机号")):
        typed = st.text_input(_("新手机号"), key=f"{KEY}/mobile", autocomplete="off")
        if st.button(_("保存手机号"), type="primary", key=f"{KEY}/save-mobile"):
            with database().write() as db:
                dossiers.change_mobile(db, actor, dossier.id, typed)
            st.session_state.pop(f"{KEY}/mobile", None)
            st.session_state["notice"] = _("手机号已保存，本人可用新手机号登录")
            st.rerun()


@st.fragment
@contained
def _close(dossier: Dossier) -> None:
    with st.expander(_("关闭档案")):
        messages.plain(_("关闭后本人立即退出登录，且不能再登录；档案内容保留。"))
        sure = st.checkbox(_("我确认要关闭这份档案"), key=f"{KEY}/sure")
        if st.button(_("关闭档案"), key=f"{KEY}/close", disabled=not sure):
            with database().write() as db:
                dossiers.close_file(db, guard.staff(), dossier.id)
            st.session_state["notice"] = _("档案已关闭")
            st.rerun()
