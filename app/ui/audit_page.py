"""操作日志: who did what to whom, before and after."""

import uuid

import streamlit as st

from app.access.rights import Action, Actor, Role
from app.audit import reading
from app.audit.reading import Change, Line, Wanted
from app.audit.words import action_name
from app.database import database
from app.locale import _, told
from app.moments import to_the_second
from app.ui import guard, messages, pager, shell
from app.ui.components import Column, Row, record_table
from app.ui.roles import role_name
from app.ui.safety import contained

KEY = "audit"


def show(_actor: Actor) -> None:
    """Filters, the page of rows, and the way to the next."""
    shell.notice()
    st.subheader(_("操作日志"), anchor=False)
    _list()


@st.fragment
@contained
def _list() -> None:
    actor = guard.staff(Role.ADMINISTRATOR)
    wanted = _wanted(actor)
    pages: list[int] = st.session_state.setdefault(f"{KEY}/pages", [])
    if st.session_state.get(f"{KEY}/wanted") != wanted:
        st.session_state[f"{KEY}/wanted"] = wanted
        pages.clear()
    with database().read() as db:
        lines = reading.page(db, actor, wanted, pages[-1] if pages else None)
    record_table(
        [
            Column(_("时间"), 2, "date"),
            Column(_("操作人"), 2),
            Column(_("操作"), 2),
            Column(_("人员"), 2),
            Column(_("变更"), 6),
        ],
        [_row(line) for line in lines],
        actions=[],
        key=f"{KEY}-table",
        label=_("操作日志"),
        empty=_("没有符合条件的记录"),
    )
    pager.draw(pages, lines[-1].entry.number if len(lines) == reading.PAGE_SIZE else None, key=KEY)


def _wanted(actor: Actor) -> Wanted:
    with database().read() as db:
        names = reading.staff_names(db, actor)
    staff, action, person = st.container(key=f"{KEY}-filter").columns([2, 2, 3])
    with staff:
        actor_id = st.selectbox(
            _("工作人员"),
            list(names),
            index=None,
            format_func=lambda k: names[k],
            placeholder=_("不限"),
            key=f"{KEY}/staff",
        )
    with action:
        done = st.selectbox(
            _("操作"),
            [each.value for each in Action],
            index=None,
            format_func=action_name,
            placeholder=_("不限"),
            key=f"{KEY}/action",
        )
    with person:
        text = st.text_input(_("人员：姓名、证件号或手机号"), key=f"{KEY}/person", autocomplete="off")
    return Wanted(actor_id, _person(actor, text), done)


def _person(actor: Actor, text: str) -> uuid.UUID | None:
    """The one person a text means; nobody's id when there are none or several, and that is told."""
    if not text.strip():
        return None
    with database().read() as db:
        found = reading.people(db, actor, text)
    if len(found) == 1:
        return found[0]
    messages.plain(_("有多人符合，请输入完整证件号") if found else _("没有找到这个人，请核对"))
    return uuid.UUID(int=0)


def _row(line: Line) -> Row:
    entry = line.entry
    who = "\n".join(filter(None, (line.who, role_name(Role(entry.actor_role)))))
    changes = "\n".join(told(each.name, _change(each)) for each in line.changes)
    when = to_the_second(entry.at)
    return Row(str(entry.number), [when, who, action_name(entry.action), line.whose, changes])


def _change(change: Change) -> str:
    """What came is told without the nothing that was there before."""
    return f"{change.before} → {change.after or '—'}" if change.before else change.after
