"""The list of people: one box, filters that combine, pages; all of it stands in the page's address."""

from typing import Any, get_args

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import search
from app.dossiers.masking import masked, masked_mobile
from app.dossiers.search import Found, Page
from app.dossiers.wanted import EXPIRY_DAYS, LONGEST_TEXT, Cursor, Order, State, Wanted, facets, from_address
from app.locale import _, current_language
from app.ui import messages, people_views, tables
from app.ui.components import Action, Column, Row, record_table
from app.validation import label
from data.codes import code_table
from data.models import categories, category

KEY = "people"
FILTERS = ("holds", "company", "state", "expires", "age_from", "age_to", "order")
ONE_FILTER_EACH = 3
"""Filters side by side."""


def show(actor: Actor) -> None:
    """The box, the filters, the list and its pages."""
    wanted = from_address(st.query_params.to_dict())
    _fill(wanted)
    st.subheader(_("人员档案"), anchor=False)
    st.text_input(
        _("查找人员"),
        key=f"{KEY}/text",
        on_change=_apply,
        max_chars=LONGEST_TEXT,
        autocomplete="off",
        placeholder=_("姓名、拼音或首字母，证件号或后 4、6 位，手机号，单位，证书编号"),
    )
    _filters(wanted)
    with database().read() as db:
        page = search.page(db, actor, wanted)
        total = _total(db, actor, wanted, page)
    head, views = st.columns([3, 1], vertical_alignment="center")
    with head:
        messages.plain(_count(total))
    with views:
        people_views.offer(actor, wanted)
    _table(page, wanted)
    _pager(page, wanted)


def go(wanted: Wanted) -> None:
    """Show another list, or another place in this one."""
    st.query_params.from_dict(wanted.to_address())


def _fill(wanted: Wanted) -> None:
    """Put what the address asks for into the fields, once for each address."""
    asked = wanted.at(None).to_address()
    if st.session_state.get(f"{KEY}/asked") == asked and f"{KEY}/text" in st.session_state:
        return
    st.session_state[f"{KEY}/asked"] = asked
    st.session_state[f"{KEY}/text"] = wanted.text
    for name in FILTERS:
        value: Any = getattr(wanted, name)
        st.session_state[f"{KEY}/{name}"] = list(value) if name == "holds" else value or _nothing(name)
    chosen = {(key, field): value for key, field, value in wanted.choices}
    for key, field in facets():
        st.session_state[f"{KEY}/{key}.{field.key}"] = chosen.get((key, field.key))


def _nothing(name: str) -> Any:
    return {"company": "", "order": "newest"}.get(name)


def _apply() -> None:
    """The fields changed: the address follows, and the list begins at its first page."""
    if "file" in st.query_params:
        return  # A click on a file that is still being drawn comes with the fields of the list it was opened from.
    state = st.session_state
    choices = [(key, field.key, state.get(f"{KEY}/{key}.{field.key}")) for key, field in facets()]
    wanted = Wanted(
        text=(state.get(f"{KEY}/text") or "").strip(),
        holds=tuple(state.get(f"{KEY}/holds") or ()),
        choices=tuple((key, field, value) for key, field, value in choices if value),
        company=(state.get(f"{KEY}/company") or "").strip(),
        state=state.get(f"{KEY}/state") or "",
        expires=state.get(f"{KEY}/expires") or 0,
        age_from=state.get(f"{KEY}/age_from") or 0,
        age_to=state.get(f"{KEY}/age_to") or 0,
        order=state.get(f"{KEY}/order") or "newest",
    )
    state[f"{KEY}/asked"] = wanted.to_address()
    go(wanted)


def _narrow() -> None:
    """A filter changed: the next one is at hand, though the title above them tells another number."""
    st.session_state[f"{KEY}/filtering"] = True
    _apply()


def _filters(wanted: Wanted) -> None:
    used = len(wanted.at(None).to_address()) - bool(wanted.text) - (wanted.order != "newest")
    title = _("筛选与排序（已用 {count} 项）").format(count=used) if used else _("筛选与排序")
    with st.expander(title, st.session_state.get(f"{KEY}/filtering", False), icon=":material/filter_list:"):
        places = [place for _row in range(4) for place in st.columns(ONE_FILTER_EACH)]
        names = {each.key: tables.name_of(each) for each in categories()}
        with places[0]:
            st.multiselect(
                _("有这些记录"), list(names), format_func=names.__getitem__, key=f"{KEY}/holds", on_change=_narrow
            )
        with places[1]:
            st.text_input(_("单位名称包含"), key=f"{KEY}/company", on_change=_narrow, autocomplete="off")
        with places[2]:
            _choice(_("档案状态"), "state", {each: state_text(each) for each in get_args(State)})
        with places[3]:
            days = {each: _("{days} 天内").format(days=each) for each in EXPIRY_DAYS}
            _choice(_("证书或注册到期"), "expires", days)
        for place, name, text in ((places[4], "age_from", _("年龄从")), (places[5], "age_to", _("年龄到"))):
            place.number_input(
                text, min_value=1, max_value=120, step=1, value=None, key=f"{KEY}/{name}", on_change=_narrow
            )
        for place, (key, field) in zip(places[6:], facets(), strict=False):
            with place:
                codes = {
                    each.value: code_table(field.codes).label(each.value, current_language())
                    for each in code_table(field.codes).codes
                }
                _choice(f"{tables.name_of(category(key))} · {label(field)}", f"{key}.{field.key}", codes)
        orders = {each: order_text(each) for each in get_args(Order)}
        first, second, _space = st.columns(ONE_FILTER_EACH, vertical_alignment="bottom")
        first.selectbox(_("排序"), list(orders), format_func=orders.__getitem__, key=f"{KEY}/order", on_change=_narrow)
        if second.button(_("清除全部条件"), key=f"{KEY}/clear", icon=":material/filter_list_off:"):
            go(Wanted())
            st.rerun()


def _choice(title: str, name: str, options: dict[Any, str]) -> None:
    st.selectbox(
        title, list(options), index=None, format_func=options.__getitem__, key=f"{KEY}/{name}", on_change=_narrow,
        placeholder=_("不限"),
    )  # fmt: skip


def state_text(state: str) -> str:
    """A file's state in words. Raises KeyError."""
    return {"login": _("可登录"), "filed": _("已建档"), "closed": _("已关闭")}[state]


def order_text(order: str) -> str:
    """An order of the list in words. Raises KeyError."""
    return {
        "newest": _("最近建档在前"),
        "oldest": _("最早建档在前"),
        "name": _("姓名拼音 A–Z"),
        "name_down": _("姓名拼音 Z–A"),
        "expiry": _("最早到期在前"),
    }[order]


def _total(db: Any, actor: Actor, wanted: Wanted, page: Page) -> int:
    """How many there are: counted once for a list, not for every page of it."""
    if page.after is None and page.before is None:
        return len(page.rows)
    asked = wanted.at(None).to_address()
    known: tuple[dict[str, str], int] | None = st.session_state.get(f"{KEY}/total")
    if known is None or known[0] != asked or wanted.cursor is None:
        known = (asked, search.count(db, actor, wanted))
        st.session_state[f"{KEY}/total"] = known
    return known[1]


def _count(total: int) -> str:
    if total == search.MOST_COUNTED + 1:
        return _("超过 {count} 人").format(count=f"{search.MOST_COUNTED:,}")
    return _("共 {count} 人").format(count=f"{total:,}")


def _table(page: Page, wanted: Wanted) -> None:
    empty = (
        _("没有符合条件的人员。请减少条件，或核对输入")
        if wanted.at(None).to_address()
        else _("还没有人员。请到受理窗口读卡建档")
    )
    clicked = record_table(
        [
            Column(_("姓名"), 2),
            Column(_("证件号"), 3),
            Column(_("手机号"), 2),
            Column(_("单位"), 4),
            Column(_("状态"), 1),
        ],
        [_row(found) for found in page.rows],
        actions=[Action("open", _("查看"))],
        key=f"{KEY}-table",
        label=_("人员档案"),
        empty=empty,
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.session_state[f"{KEY}/back"] = st.query_params.to_dict()
        st.query_params.from_dict({"file": clicked.row})
        st.rerun()


def _row(found: Found) -> Row:
    cells = [
        found.name,
        masked(found.number),
        masked_mobile(found.mobile),
        "\n".join(found.companies),
        state_text(found.state),
    ]
    return Row(str(found.id), cells)


def _pager(page: Page, wanted: Wanted) -> None:
    if page.before is None and page.after is None:
        return
    back, on, _space = st.columns([1, 1, 3])
    _turn(back, _("上一页"), page.before, wanted)
    _turn(on, _("下一页"), page.after, wanted)


def _turn(place: Any, title: str, cursor: Cursor | None, wanted: Wanted) -> None:
    side = "before" if cursor is not None and cursor.back else "after"
    if place.button(title, key=f"{KEY}/{title}-{side}", disabled=cursor is None, width="stretch"):
        go(wanted.at(cursor))
        st.rerun()
