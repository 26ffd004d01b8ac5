"""Two files of the same person side by side, and the button that makes one of them."""

import uuid

import streamlit as st

from app.access.rights import Action, Actor, may
from app.database import database
from app.dossiers import merging, search
from app.dossiers import service as dossiers
from app.dossiers.masking import masked, masked_address, masked_mobile
from app.dossiers.merging import Compared
from app.dossiers.search import Found
from app.dossiers.wanted import LONGEST_TEXT, Wanted
from app.locale import _, listed
from app.records.trash import label_of
from app.ui import guard, identity_view, making_sure, messages, tables
from app.ui.components import Column, Row, record_table
from app.ui.safety import contained
from data.models import Dossier

KEY = "merge"
MOST_FOUND = 10


def pointers(actor: Actor, dossier: Dossier) -> None:
    """Where a file was brought into, or which ones were brought into it; each opens with a click."""
    with database().read() as db:
        if dossier.merged_into is not None:
            others = [dossiers.view(db, actor, dossier.merged_into)]
            text = _("这份档案已并入 {name}（{number}）的档案")
        else:
            others = merging.merged_into(db, actor, dossier.id)
            text = _("{name}（{number}）的档案已并入这份档案")
    for other in others:
        messages.show("info", text.format(name=other.name, number=masked(other.number)))
        if st.button(_("打开那份档案"), key=f"{KEY}/open/{other.id}", icon=":material/open_in_new:"):
            st.query_params.from_dict({"file": str(other.id)})
            st.rerun()


def offer(actor: Actor, dossier: Dossier) -> None:
    """The search for the other file, where merging is one's right."""
    if dossier.state == "open" and may(actor, Action.DOSSIER_MERGE):
        _offer(dossier.id)


@st.fragment
@contained
def _offer(dossier_id: uuid.UUID) -> None:
    actor = guard.staff()
    with st.expander(_("合并同一人的另一份档案")):
        typed = st.text_input(
            _("查找另一份档案"), key=f"{KEY}/text", max_chars=LONGEST_TEXT, autocomplete="off",
            placeholder=_("姓名、证件号、手机号"),
        )  # fmt: skip
        if not typed.strip():
            return
        with database().read() as db:
            rows = search.page(db, actor, Wanted(text=typed), MOST_FOUND).rows
        found = {each.id: each for each in rows if each.id != dossier_id}
        if not found:
            messages.plain(_("没有找到另一份档案"))
            return
        other_id = st.selectbox(
            _("另一份档案"), list(found), format_func=lambda each: _name(found[each]), key=f"{KEY}/other"
        )
        with database().read() as db:
            compared = merging.compare(db, actor, dossier_id, other_id)
        _compare(compared)
        _ask(compared)


def _name(found: Found | Dossier) -> str:
    return f"{found.name}　{masked(found.number)}"


def _compare(compared: Compared) -> None:
    first, second = (_facts(dossier) for dossier in (compared.first, compared.second))
    rows = [(name, value, second[name]) for name, value in first.items()]
    rows += [(tables.name_of(of), str(mine), str(others)) for of, mine, others in compared.counts if mine or others]
    record_table(
        [Column(_("项目"), 2), Column(_("这份档案"), 4), Column(_("另一份档案"), 4), Column(_("比较"), 1)],
        [
            Row(str(at), [name, mine, others, _("相同") if mine == others else _("不同")])
            for at, (name, mine, others) in enumerate(rows)
        ],
        actions=[],
        key=f"{KEY}-table",
        label=_("两份档案对照"),
        empty="",
    )
    doubles = [label_of(each.category, each.stays) for each in compared.doubles]
    if doubles:
        text = _("重复的记录各留一条，另一条进回收站：{records}")
        messages.plain(text.format(records=listed(doubles)))


def _facts(dossier: Dossier) -> dict[str, str]:
    identity = identity_view.identity_values(dossier)
    identity |= {"number": masked(dossier.number), "address": masked_address(dossier.address)}
    facts = dict(identity_view.facts_of(identity))
    return facts | {_("手机号"): masked_mobile(dossier.mobile)}


def _ask(compared: Compared) -> None:
    both = {each.id: each for each in (compared.first, compared.second)}
    kept = st.radio(
        _("保留哪一份的身份信息"), list(both), format_func=lambda each: _name(both[each]), key=f"{KEY}/kept"
    )
    messages.plain(_("记录、附件、签名、手机号和审核都归到保留的档案；另一份关闭，并指向保留的档案。合并不能撤销。"))
    reason = making_sure.asked(KEY, _("我确认两份档案是同一个人"), _("合并档案"), kind="primary")
    if reason is None:
        return
    (other,) = both.keys() - {kept}
    with database().write() as db:
        merging.merge(db, guard.staff(), kept, other, reason)
    making_sure.forget(KEY)
    st.session_state.pop(f"{KEY}/text", None)
    st.session_state["notice"] = _("两份档案已合并")
    st.query_params.from_dict({"file": str(kept)})
    st.rerun()
