"""Approving everything that a filter shows: the number first, a result for each record, and one way back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from app.access.rights import Actor, Role
from app.database import database
from app.locale import _
from app.records import bulk, queue
from app.records.bulk import Outcome
from app.records.queue import Filter
from app.ui import guard, messages
from app.ui.components import Column, Row, record_table
from app.ui.safety import contained

KEY = "review-bulk"


@dataclass
class Bulk:
    """The records that were shown when it was asked for, and what became of each."""

    record_ids: Sequence[uuid.UUID]
    outcomes: list[Outcome] = field(default_factory=list)
    undone: int | None = None


def ask(actor: Actor, wanted: Filter) -> None:
    """Take down which records it is about: those that come later are not approved unseen."""
    with database().read() as db:
        st.session_state[KEY] = Bulk(queue.first(db, actor, wanted, bulk.MOST))


def is_open() -> bool:
    """Whether the reviewer is about to approve many, or looks at the results."""
    return isinstance(st.session_state.get(KEY), Bulk)


@st.fragment
@contained
def draw() -> None:
    """The question, or the results."""
    actor = guard.staff(Role.REVIEWER, Role.ADMINISTRATOR)
    doing = st.session_state.get(KEY)
    if not isinstance(doing, Bulk):
        st.rerun()
    if doing.outcomes:
        _results(actor, doing)
    else:
        _question(actor, doing)


def _question(actor: Actor, doing: Bulk) -> None:
    count = len(doing.record_ids)
    messages.show(
        "warning", _("将不逐条查看，直接通过筛选出的 {count} 条信息。完成后可以整批撤销。").format(count=count)
    )
    yes, no, _space = st.columns([1, 1, 3])
    if no.button(_("取消"), key=f"{KEY}-no", width="stretch"):
        _close()
    if yes.button(_("通过 {count} 条").format(count=count), key=f"{KEY}-yes", type="primary", width="stretch"):
        shown = st.progress(0.0)
        outcomes: list[Outcome] = []
        for start in range(0, count, bulk.CHUNK):
            with database().write() as db:
                outcomes += bulk.approve_some(db, actor, doing.record_ids[start : start + bulk.CHUNK])
            shown.progress(len(outcomes) / count)
            database().give_way()
        doing.outcomes = outcomes
        st.rerun(scope="fragment")


def _results(actor: Actor, doing: Bulk) -> None:
    decided = [outcome.decision_id for outcome in doing.outcomes if outcome.decision_id is not None]
    if doing.undone is None:
        text = _("通过 {done} 条，未处理 {left} 条")
        messages.show("success", text.format(done=len(decided), left=len(doing.outcomes) - len(decided)))
    else:
        messages.show("info", _("已撤销 {count} 条，重新待审核").format(count=doing.undone))
    back, undo, _space = st.columns([1, 1, 3])
    if back.button(_("返回列表"), key=f"{KEY}-back", width="stretch"):
        _close()
    can_undo = doing.undone is None and bool(decided)
    if undo.button(_("整批撤销"), key=f"{KEY}-undo", disabled=not can_undo, width="stretch"):
        doing.undone = 0
        for start in range(0, len(decided), bulk.CHUNK):
            with database().write() as db:
                doing.undone += bulk.undo_some(db, actor, decided[start : start + bulk.CHUNK])
            database().give_way()
        st.rerun(scope="fragment")
    record_table(
        [Column(_("姓名"), 2), Column(_("信息"), 4), Column(_("结果"), 4)],
        [Row(str(at), [each.person, each.record, each.told]) for at, each in enumerate(doing.outcomes)],
        actions=[],
        key=f"{KEY}-table",
        label=_("逐条结果"),
        empty="",
    )


def _close() -> None:
    st.session_state.pop(KEY, None)
    st.rerun()
