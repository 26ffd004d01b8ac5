"""登录会话: who is logged in, and the button that ends it."""

import uuid
from datetime import datetime

import streamlit as st

from app.access import sessions
from app.access.rights import Role
from app.database import database
from app.locale import _
from app.moments import to_the_minute
from app.ui import guard, pager
from app.ui.components import Action, Column, Row, record_table
from app.ui.roles import role_name
from app.ui.safety import contained

KEY = "sessions"


@st.fragment
@contained
def show() -> None:
    """A page of the living sessions, last seen first."""
    actor = guard.staff(Role.ADMINISTRATOR)
    pages: list[tuple[datetime, uuid.UUID]] = st.session_state.setdefault(f"{KEY}/pages", [])
    with database().read() as db:
        listed = sessions.living(db, actor, pages[-1] if pages else None)
    clicked = record_table(
        [
            Column(_("姓名"), 2),
            Column(_("身份"), 2),
            Column(_("登录时间"), 2, "date"),
            Column(_("最近使用"), 2, "date"),
        ],
        [_row(each, own=each.session.id == actor.session_id) for each in listed],
        actions=[Action("end", _("退出登录"), danger=True)],
        key=f"{KEY}-table",
        label=_("登录会话"),
        empty=_("现在没有人登录"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        with database().write() as db:
            sessions.end_of(db, actor, uuid.UUID(clicked.row))
        st.rerun(scope="fragment")
    last = listed[-1].session if len(listed) == sessions.PAGE_SIZE else None
    pager.draw(pages, (last.seen_at, last.id) if last else None, key=KEY)


def _row(each: sessions.Listed, *, own: bool) -> Row:
    times = (to_the_minute(moment) for moment in (each.session.created_at, each.session.seen_at))
    name = _("{name}（本次登录）").format(name=each.name) if own else each.name
    return Row(str(each.session.id), [name, role_name(Role(each.session.role)), *times], [] if own else None)
