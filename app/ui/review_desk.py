"""The reviewer's desk: one record after the other, the next one loaded ahead, so that a key shows it at once."""

import time
import uuid
from dataclasses import dataclass, field

import streamlit as st

from app import preferences
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.locale import _
from app.records import queue, review
from app.records.cases import Case, case_of
from app.records.queue import Filter, Place
from app.ui import guard, messages, review_view
from app.ui.components import Decided, ReviewLabels, review_bar
from app.ui.safety import contained, telling
from app.validation import item_of
from data.models import ReviewItem

KEY = "review-desk"
MOST_UNDONE = 50
SENT_SECONDS = 0.03


@dataclass
class Desk:
    """A reviewer at work: the record on the desk, the next one, and what was decided, newest last."""

    wanted: Filter
    case: Case | None = None
    ahead: Case | None = None
    skipped: bool = False
    turn: int = 0
    done: int = 0
    told: tuple[messages.Kind, str] | None = None
    decisions: list[tuple[uuid.UUID, uuid.UUID]] = field(default_factory=list)
    """Decision and record."""

    def tell_fault(self, text: str) -> None:
        """Say with the record what went wrong."""
        self.told = ("error", text)


def begin(actor: Actor, wanted: Filter, record_id: uuid.UUID | None = None) -> None:
    """Sit down at the desk with the oldest record of a filter, or with a certain one."""
    desk = Desk(wanted)
    desk.case = _claim(actor, wanted, None) if record_id is None else _claim_one(actor, record_id)
    if desk.case is None and record_id is not None:
        desk.told = ("warning", review.not_waiting().message)
        desk.case = _claim(actor, wanted, None)
    st.session_state[KEY] = desk


def current() -> Desk | None:
    """The desk of this session."""
    found = st.session_state.get(KEY)
    return found if isinstance(found, Desk) else None


def leave(actor: Actor) -> None:
    """Go back to the list; what was claimed is free for others."""
    st.session_state.pop(KEY, None)
    with database().write() as db:
        queue.release(db, actor)


@st.fragment
@contained
def draw() -> None:
    """The bar, and the record below it. A decision reruns this alone."""
    actor = guard.staff(Role.REVIEWER, Role.ADMINISTRATOR)
    desk = current()
    if desk is None:
        st.rerun()
    with database().read() as db:
        reasons = preferences.current(db).return_reasons
    case = desk.case
    with st.container(key=f"{KEY}-top"):
        review_bar(
            "" if case is None else str(case.record_id),
            desk.turn,
            reasons,
            _decided,
            key=f"{KEY}-bar",
            labels=_labels(),
            can_undo=bool(desk.decisions),
        )
        if desk.told is not None:
            messages.show(*desk.told)
    if case is None:
        _nothing_left(actor, desk)
        return
    review_view.draw(case)
    if desk.ahead is None:
        # What was drawn is sent by another thread, which waits for this one to pause; then reading on makes nobody wait.
        time.sleep(SENT_SECONDS)
        desk.ahead = _claim(actor, desk.wanted, case.place)


def _nothing_left(actor: Actor, desk: Desk) -> None:
    messages.show("success", _("这里没有待审核的信息了。本次已处理 {count} 条").format(count=desk.done))
    if desk.skipped and st.button(_("从头再看跳过的"), key=f"{KEY}-again"):
        desk.skipped, desk.case = False, _claim(actor, desk.wanted, None)
        st.rerun(scope="fragment")


def _decided(decided: Decided) -> None:
    """Called before the desk is drawn again, so that one run shows the next record."""
    desk = current()
    if desk is None:
        return
    desk.turn += 1
    desk.told = None
    with telling("review", desk.tell_fault):
        actor = guard.current_actor()
        if decided.action == "undo":
            _undo(actor, desk)
        elif desk.case is not None and decided.case == str(desk.case.record_id):
            _decide(actor, desk, desk.case, decided)


def _decide(actor: Actor, desk: Desk, case: Case, decided: Decided) -> None:
    try:
        with database().write() as db:
            if decided.action == "approve":
                made = review.approve(db, actor, case.record_id, case.digest)
                told = _("已通过：{person} {item}")
            elif decided.action == "return":
                made = review.give_back(db, actor, case.record_id, case.digest, decided.reason)
                told = _("已退回：{person} {item}")
            else:
                queue.release(db, actor, case.record_id)
                desk.skipped = True
                _next(actor, desk, case.place)
                return
    except UserError as error:
        if error.code == "fields":
            raise
        _look_again(actor, desk, case, error)
        return
    desk.done += 1
    desk.decisions = [*desk.decisions[1 - MOST_UNDONE :], (made.id, case.record_id)]
    desk.told = ("success", told.format(person=case.person, item=item_of(case.category)))
    _next(actor, desk, case.place)


def _look_again(actor: Actor, desk: Desk, case: Case, error: UserError) -> None:
    """The record changed under the reviewer's eyes: show it as it is now, or the next one where it waits no longer."""
    desk.told = ("warning", error.message)
    again = _claim_one(actor, case.record_id)
    if again is not None:
        desk.case = again
    else:
        _next(actor, desk, case.place)


def _undo(actor: Actor, desk: Desk) -> None:
    if not desk.decisions:
        return
    decision_id, record_id = desk.decisions.pop()
    with database().write() as db:
        review.undo(db, actor, decision_id)
    desk.done -= 1
    desk.ahead = desk.case or desk.ahead
    desk.case = _claim_one(actor, record_id)
    desk.told = ("info", _("已撤销，这条信息重新待审核"))


def _next(actor: Actor, desk: Desk, place: Place) -> None:
    desk.case, desk.ahead = desk.ahead or _claim(actor, desk.wanted, place), None


def _claim(actor: Actor, wanted: Filter, after: Place | None) -> Case | None:
    with database().write() as db:
        item = queue.claim_next(db, actor, wanted, after)
    return _case(actor, item)


def _claim_one(actor: Actor, record_id: uuid.UUID) -> Case | None:
    with database().write() as db:
        item = queue.claim_one(db, actor, record_id)
    return _case(actor, item)


def _case(actor: Actor, item: ReviewItem | None) -> Case | None:
    if item is None:
        return None
    # Hints look far and compare pictures: nobody's writing waits for that.
    with database().read() as db:
        return case_of(db, actor, item)


def _labels() -> ReviewLabels:
    return ReviewLabels(
        approve=_("通过"),
        give_back=_("退回"),
        next=_("下一条"),
        undo=_("撤销上一步"),
        keys=_("快捷键"),
        use_keys=_("使用快捷键（只对这个浏览器）"),
        reasons=_("退回原因"),
        other_reason=_("其他原因"),
        send=_("退回"),
        cancel=_("取消"),
    )
