"""回收站: what was deleted from any file in the last weeks, newest first; each comes back with a click."""

import uuid

import streamlit as st

from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _, either
from app.moments import to_the_minute
from app.records import trash
from app.records.trash import Deleted
from app.ui import guard, messages, pager, shell
from app.ui.components import Action, Column, Row, record_table
from app.ui.roles import role_name
from app.ui.safety import contained
from data.models import categories

KEY = "trash"


def show(_actor: Actor) -> None:
    """The list and its pages."""
    shell.notice()
    st.subheader(_("回收站"), anchor=False)
    messages.plain(_("删除的内容保留 {days} 天，之后自动清除。").format(days=trash.KEPT_DAYS))
    _list()


@st.fragment
@contained
def _list() -> None:
    actor = guard.staff(Role.ADMINISTRATOR)
    names = {each.key: either(each.zh, each.en) for each in categories() if each.editable}
    place, _space = st.columns([1, 3])
    kind = place.selectbox(
        _("类别"), list(names), None, format_func=names.__getitem__, placeholder=_("全部"), key=f"{KEY}/category",
        on_change=lambda: st.session_state.pop(f"{KEY}/pages", None),
    )  # fmt: skip
    pages: list[uuid.UUID] = st.session_state.setdefault(f"{KEY}/pages", [])
    with database().read() as db:
        found = trash.everywhere(db, actor, kind or "", pages[-1] if pages else None)
    told = st.container()
    clicked = record_table(
        [Column(_("删除时间"), 2, "date"), Column(_("姓名"), 2), Column(_("删除的内容"), 5), Column(_("删除人"), 2)],
        [_row(each) for each in found],
        actions=[Action("restore", _("恢复"))],
        key=f"{KEY}-table",
        label=_("回收站"),
        empty=_("没有删除的内容"),
        actions_label=_("操作"),
    )
    pager.draw(pages, found[-1].item.id if len(found) == trash.PAGE_SIZE else None, key=KEY)
    if clicked is None:
        return
    item = next((each.item for each in found if str(each.item.id) == clicked.row), None)
    try:
        with database().write() as db:
            trash.restore(db, actor, item.dossier_id if item else uuid.UUID(int=0), uuid.UUID(clicked.row))
    except UserError as error:
        with told:
            messages.show("error", error.message)
        return
    st.session_state["notice"] = _("已恢复")
    st.rerun()


def _row(deleted: Deleted) -> Row:
    item = deleted.item
    who = deleted.staff or role_name(Role(item.deleted_by_role))
    return Row(str(item.id), [to_the_minute(item.deleted_at), deleted.person, item.label, who])
