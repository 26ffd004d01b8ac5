"""导出: what, of whom, which columns, in which format; and the exports made so far."""

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from app.access.rights import Action, Actor, may
from app.database import database
from app.dossiers.wanted import State, from_address
from app.jobs import worker
from app.jobs.queue import UNFINISHED
from app.locale import _
from app.moments import to_the_minute
from app.transfer import exports
from app.transfer.targets import Target, target, targets
from app.transfer.writers import FORMATS
from app.ui import downloads, guard, job_progress, messages, shell
from app.ui.components import Action as Button
from app.ui.components import Column, Row, record_table
from app.ui.safety import contained
from data.models import Job, categories

KEY = "exports"


def show(actor: Actor) -> None:
    """The form, and the list of exports. A search's address (`?q=…`) fills the filter in."""
    shell.notice()
    st.subheader(_("导出"), anchor=False)
    keys = [each.key for each in targets()]
    chosen = target(st.selectbox(_("导出什么"), keys, format_func=lambda key: target(key).name, key=f"{KEY}/target"))
    _form(actor, chosen)
    _made(actor)


@st.fragment
@contained
def _form(_actor: Actor, chosen: Target) -> None:
    actor = guard.staff()
    with st.form(f"{KEY}-form", border=False):
        wanted = _filter()
        names = {column.key: column.heading for column in chosen.columns}
        columns = st.multiselect(
            _("列"), list(names), list(names), format_func=names.__getitem__, key=f"{KEY}/{chosen.key}/columns"
        )
        kind = st.radio(_("格式"), list(FORMATS), format_func=str.upper, horizontal=True, key=f"{KEY}/kind")
        full = may(actor, Action.EXPORT_FULL) and st.checkbox(
            _("证件号、手机号和住址不打码（记入审计）"), key=f"{KEY}/full"
        )
        if st.form_submit_button(_("开始导出"), type="primary"):
            wish = exports.Wish(chosen.key, str(kind), tuple(columns), wanted, full=full)
            with database().write() as db:
                st.session_state[f"{KEY}/newest"] = exports.start(db, actor, wish)
            worker.wake()
            st.rerun()


def _filter() -> Mapping[str, str]:
    """Of whom: fields that begin with what the address says. The other conditions of an address hold as well."""
    given = from_address(dict(st.query_params.items())).to_address()
    states = {"": _("全部"), "login": _("可登录"), "filed": _("已建档"), "closed": _("已关闭")}
    names = {each.key: target(each.key).name for each in categories()}
    text, company, state, holds = st.columns(4)
    held = [key for key in given.get("holds", "").split(",") if key in names]
    chosen = {
        "q": text.text_input(_("姓名、证件号、手机号等"), given.get("q", ""), key=f"{KEY}/q", autocomplete="off"),
        "company": company.text_input(_("单位"), given.get("company", ""), key=f"{KEY}/company", autocomplete="off"),
        "state": state.selectbox(
            _("状态"),
            list(states),
            index=("", *get_args(State)).index(given.get("state", "")),
            format_func=states.__getitem__,
            key=f"{KEY}/state",
        ),
        "holds": ",".join(
            holds.multiselect(
                _("有这些信息的人员"), list(names), held, format_func=names.__getitem__, key=f"{KEY}/holds"
            )
        ),
    }
    return given | chosen


def _made(actor: Actor) -> None:
    newest = st.session_state.get(f"{KEY}/newest")
    if newest is not None:
        made = job_progress.show(actor, newest)
        if made.state == "done" and made.result:
            messages.show("success", _("已导出 {rows} 行").format(rows=f"{made.result['rows']:,}"))
            messages.download(_("下载 {name}").format(name=made.result["file_name"]), downloads.address(made.id))
    with database().read() as db:
        found = exports.listing(db, actor)
    st.subheader(_("导出记录"), anchor=False)
    clicked = record_table(
        [Column(_("时间"), 2), Column(_("内容"), 2), Column(_("状态"), 2), Column(_("行数"), 1, "number")],
        [Row(str(each.id), _cells(each), ["open"] if each.state in ("done", *UNFINISHED) else []) for each in found],
        actions=[Button("open", _("查看"))],
        key=f"{KEY}-table",
        label=_("导出记录"),
        empty=_("还没有导出过"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.session_state[f"{KEY}/newest"] = next(each.id for each in found if str(each.id) == clicked.row)
        st.rerun()


def _cells(each: Job) -> list[str]:
    rows = f"{each.result['rows']:,}" if each.result else ""
    name = f"{target(each.parameters['target']).name} · {each.parameters['kind'].upper()}"
    return [to_the_minute(each.created_at), name, job_progress.outcome(each), rows]
