"""The pages of a batch: matched, in need of a look (beside what was cut), failed; taken in one go."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import service as dossiers
from app.dossiers.masking import masked
from app.errors import UserError
from app.locale import _
from app.signatures import collecting
from app.signatures import service as signatures
from app.signatures.problems import problem_text
from app.ui import guard, messages, pager, signature_by_hand
from app.ui.components import Action, Column, Row, record_table
from app.ui.pictures import inline
from app.ui.safety import contained

KEY = "signature-batch"


def show(_actor: Actor, job_id: uuid.UUID) -> None:
    """The result of a batch."""
    _result(job_id)


@st.fragment
@contained
def _result(job_id: uuid.UUID) -> None:
    actor = guard.staff()
    with database().read() as db:
        counts = collecting.counts(db, actor, job_id)
    states = {
        "matched": _("已匹配"),
        "look": _("需要核对"),
        "failed": _("未识别"),
        "taken": _("已采用"),
        "passed": _("不采用"),
    }
    with st.container():  # what follows keeps its place, and the clicks on it, whether something is told or not
        if done := st.session_state.pop(f"{KEY}/done", None):
            messages.show("success", done)
    state = st.segmented_control(
        _("结果"),
        list(states),
        format_func=lambda each: f"{states[each]} {counts.get(each, 0)}",
        default="matched" if counts.get("matched") else "look" if counts.get("look") else "failed",
        key=f"{KEY}/state/{job_id}",
        required=True,
    )
    opened: tuple[uuid.UUID, str, uuid.UUID] | None = st.session_state.get(f"{KEY}/open")
    if opened is not None and opened[:2] == (job_id, state):
        _look(actor, opened[2])
        return
    if state == "matched" and counts.get("matched"):
        _take_all(actor, job_id)
    _table(actor, job_id, str(state))


def _take_all(actor: Actor, job_id: uuid.UUID) -> None:
    with database().read() as db:
        signed = collecting.signed(db, actor, job_id)
    replace = bool(signed) and st.checkbox(
        _("其中 {count} 人已有签名：也改用这次的（原来的保留在历史里）").format(count=signed), key=f"{KEY}/replace"
    )
    if st.button(_("全部采用"), type="primary", key=f"{KEY}/take-all"):
        with database().write() as db:
            kept = collecting.take_matched(db, actor, job_id, replace=replace)
            left = collecting.signed(db, actor, job_id)
        st.session_state.pop(_place(job_id, "matched"), None)
        told = _("已采用 {count} 人的签名").format(count=kept)
        if left:
            told = _("已采用 {count} 人的签名；{left} 人已有签名，没有改动").format(count=kept, left=left)
        st.session_state[f"{KEY}/done"] = told
        st.rerun(scope="fragment")


def _place(job_id: uuid.UUID, state: str) -> str:
    """Where this tab keeps which pages of the list it has turned."""
    return f"{KEY}/after/{job_id}/{state}"


def _table(actor: Actor, job_id: uuid.UUID, state: str) -> None:
    after: list[int] = st.session_state.setdefault(_place(job_id, state), [])
    with database().read() as db:
        shown = collecting.listing(db, actor, job_id, state, after[-1] if after else 0)
    clicked = record_table(
        [Column(_("文件"), 3), Column(_("页"), 1, "number"), Column(_("姓名"), 2), Column(_("说明"), 5)],
        [Row(str(each.page.id), [each.page.file_name, str(each.page.page), each.name, _about(each)]) for each in shown],
        actions=[Action("look", _("核对"))],
        key=f"{KEY}-{state}",
        label=_("识别结果"),
        empty=_("没有这一类的页"),
        actions_label=_("操作"),
    )
    pager.draw(after, shown[-1].page.number if len(shown) == collecting.PAGE_SIZE else None, key=KEY)
    if clicked is not None:
        st.session_state[f"{KEY}/open"] = (job_id, state, uuid.UUID(clicked.row))
        st.rerun(scope="fragment")


def _about(each: collecting.Shown) -> str:
    told = [problem_text(code) for code in each.page.problems.split()]
    if each.replaces and each.page.state in {"matched", "look"}:
        told.append(_("已有签名"))
    return " ".join(filter(None, [each.page.message, *told]))


def _look(actor: Actor, page_id: uuid.UUID) -> None:
    """One page in the table's place: what was sent beside what was cut."""
    if st.button(_("返回结果"), icon=":material/arrow_back:", key=f"{KEY}/close"):
        del st.session_state[f"{KEY}/open"]
        st.rerun(scope="fragment")
    try:
        with database().read() as db:
            page = collecting.page(db, actor, page_id)
            person = None if page.dossier_id is None else dossiers.view(db, actor, page.dossier_id)
            signed = person is not None and signatures.uploaded_at(db, actor, person.id) is not None
    except UserError:
        del st.session_state[f"{KEY}/open"]
        st.rerun(scope="fragment")
    with st.container(border=True):
        sheet, cut = st.columns(2)
        with sheet:
            signature_by_hand.sheet(actor, page)
        with cut:
            messages.plain(f"{page.file_name} · {page.page}")
            if person is not None:
                messages.facts([(_("姓名"), person.name), (_("证件号"), masked(person.number))])
            for code in page.problems.split():
                messages.show("warning", problem_text(code))
            if page.message:
                messages.show("error", page.message)
            if page.signature is not None:
                inline(page.signature, _("从采集表中截取的签名"))
            signature_by_hand.person(actor, page)
            if signed and page.state in {"matched", "look"}:
                messages.plain(_("此人已有签名。采用后以这一个为准，原来的签名保留在历史里。"))
            takable = page.state in {"matched", "look"} and page.dossier_id is not None and page.signature is not None
            if st.button(_("采用"), type="primary", key=f"{KEY}/take", disabled=not takable):
                _decide(page_id, take=True)
            if page.state in {"matched", "look", "failed"} and st.button(_("不采用"), key=f"{KEY}/pass"):
                _decide(page_id, take=False)


def _decide(page_id: uuid.UUID, *, take: bool) -> None:
    with database().write() as db:
        (collecting.take if take else collecting.pass_over)(db, guard.staff(), page_id)
    del st.session_state[f"{KEY}/open"]
    st.session_state[f"{KEY}/done"] = _("已采用") if take else _("已放到一边")
    st.rerun(scope="fragment")
