"""审核: the queue with its filters, the desk, and the approval of all that a filter shows."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.locale import _, either
from app.moments import to_the_minute
from app.records import queue
from app.records.queue import Filter, Place, Waiting
from app.ui import messages, pager, review_bulk, review_desk, shell
from app.ui.components import Action, Column, Row, record_table
from app.validation import item_alone
from data.models import categories, category

KEY = "review"
AGES = (0, 1, 3, 7, 30)


def show(actor: Actor) -> None:
    """The desk where the reviewer sits at it, else the list."""
    shell.notice()
    head, button = st.columns([5, 1], vertical_alignment="bottom")
    head.subheader(_("审核"), anchor=False)
    if review_bulk.is_open():
        review_bulk.draw()
    elif review_desk.current() is not None:
        if button.button(_("返回列表"), icon=":material/arrow_back:", width="stretch"):
            review_desk.leave(actor)
            st.rerun()
        review_desk.draw()
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    wanted = _filter(actor)
    pages = _pages(wanted)
    with database().read() as db:
        lines = queue.waiting(db, actor, wanted, pages[-1] if pages else None)
        count = queue.count(db, actor, wanted)
    told, start, bulk = st.columns([3, 1, 1], vertical_alignment="center")
    with told:
        more = "+" if count >= queue.MOST_COUNTED else ""
        messages.plain(_("{count} 条待审核，最早提交的在前").format(count=f"{count}{more}"))
    if start.button(_("开始审核"), type="primary", disabled=not count, width="stretch"):
        review_desk.begin(actor, wanted)
        st.rerun()
    if bulk.button(_("全部通过…"), disabled=not count, width="stretch"):
        review_bulk.ask(actor, wanted)
        st.rerun()
    clicked = record_table(
        [
            Column(_("提交时间"), 2, "date"),
            Column(_("姓名"), 2),
            Column(_("类别"), 2),
            Column(_("单位"), 3),
            Column(_("正在审核"), 1),
        ],
        [_row(line) for line in lines],
        actions=[Action("open", _("审核"))],
        key=f"{KEY}-table",
        label=_("待审核的信息"),
        empty=_("没有待审核的信息"),
        actions_label=_("操作"),
    )
    pager.draw(pages, Place.of(lines[-1].item) if len(lines) == queue.PAGE_SIZE else None, key=KEY)
    if clicked is not None:
        review_desk.begin(actor, wanted, uuid.UUID(clicked.row))
        st.rerun()


def _pages(wanted: Filter) -> list[Place]:
    """Behind which places the pages up to this one begin; another filter begins at its first page."""
    state = st.session_state
    if state.get(f"{KEY}/wanted") != wanted:
        state[f"{KEY}/wanted"], state[f"{KEY}/pages"] = wanted, []
    pages: list[Place] = state[f"{KEY}/pages"]
    return pages


def _row(line: Waiting) -> Row:
    of = category(line.item.category)
    at = to_the_minute(line.item.submitted_at)
    cells = [at, line.person, item_alone(of), line.item.company, line.reviewer]
    return Row(str(line.item.record_id), cells)


def _filter(actor: Actor) -> Filter:
    with database().read() as db:
        companies = queue.companies(db, actor)
        people = queue.reviewers(db, actor)
    names = {each.key: either(each.zh, each.en) for each in categories() if each.editable}
    if (asked := st.query_params.get("category")) in names:
        st.session_state.setdefault(f"{KEY}/category", asked)
    kind, age, company, reviewer = st.container(key=f"{KEY}-filter").columns(4)
    chosen = kind.selectbox(
        _("类别"), list(names), None, format_func=names.__getitem__, placeholder=_("全部"), key=f"{KEY}/category"
    )
    days = age.selectbox(_("已等待"), AGES, format_func=_age, key=f"{KEY}/age")
    place = company.selectbox(_("单位"), companies, None, placeholder=_("全部"), key=f"{KEY}/company")
    before = reviewer.selectbox(
        _("上次审核人"),
        list(people),
        None,
        format_func=people.__getitem__,
        placeholder=_("全部"),
        key=f"{KEY}/reviewer",
    )
    return Filter(chosen or "", days, place or "", before)


def _age(days: int) -> str:
    return _("不限") if days == 0 else _("超过 {days} 天").format(days=days)
