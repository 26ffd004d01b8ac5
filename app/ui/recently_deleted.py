"""What was deleted from a file in the last weeks, with a button that brings it back."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.records import trash
from app.ui import guard, messages
from app.ui.components import Action, Column, Row, record_table
from app.ui.safety import contained

KEY = "deleted"


def offer(actor: Actor, dossier_id: uuid.UUID, categories: frozenset[str]) -> None:
    """The deleted records of these categories, folded away; nothing where nothing was deleted."""
    with database().read() as db:
        items = [item for item in trash.of_file(db, actor, dossier_id) if item.category in categories]
    if items:
        with st.expander(_("最近删除（{count}）").format(count=len(items)), icon=":material/restore_from_trash:"):
            _list(
                dossier_id,
                [Row(str(item.id), [item.label, to_the_minute(item.deleted_at)]) for item in items],
            )


@st.fragment
@contained
def _list(dossier_id: uuid.UUID, rows: list[Row]) -> None:
    clicked = record_table(
        [Column(_("内容"), 4), Column(_("删除时间"), 2, "date")],
        rows,
        actions=[Action("restore", _("恢复"))],
        key=f"{KEY}-table",
        label=_("最近删除"),
        empty="",
        actions_label=_("操作"),
    )
    messages.plain(_("删除的内容保留 {days} 天，之后自动清除。").format(days=trash.KEPT_DAYS))
    if clicked is None:
        return
    try:
        with database().write() as db:
            trash.restore(db, guard.anybody(), dossier_id, uuid.UUID(clicked.row))
    except UserError as error:
        messages.show("error", error.message)
        return
    st.session_state["notice"] = _("已恢复")
    st.rerun()
