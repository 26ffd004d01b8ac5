"""A page of a batch that tells too little: staff find its person and drag the frame onto the box."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import search
from app.dossiers.masking import masked
from app.dossiers.search import Found
from app.dossiers.wanted import LONGEST_TEXT, Wanted
from app.locale import _
from app.signatures import by_hand
from app.ui import messages
from app.ui.components import frame_placer, picture
from app.ui.pictures import labels
from data.models import SignaturePage

KEY = "signature-by-hand"
MOST_FOUND = 8
_UNPLACED = {
    "no_qr",
    "foreign_qr",
    "two_sheets",
    "no_marks",
    "mark_missing",
    "box_cut_off",
    "empty_box",
    by_hand.PLACED,
}
"""With these the frame may lie elsewhere than was found, or nowhere."""


def sheet(actor: Actor, page: SignaturePage) -> None:
    """The page; under a switch with the frame on it, where the signature may be cut anew."""
    if page.scan is None:
        return
    alt = _("签名信息采集表")
    cuttable = page.state in {"look", "failed"} and (page.signature is None or _UNPLACED & set(page.problems.split()))
    if not cuttable or not st.toggle(_("手工框选签名"), key=f"{KEY}/frame/{page.id}"):
        picture(page.scan, alt=alt, key=f"{KEY}-scan", labels=labels())
        return
    messages.plain(_("把框的四角拖到签名框的四角，再点「按框裁出」。"))
    corners = frame_placer(
        page.scan,
        key=f"{KEY}-placer-{page.id}",
        alt=alt,
        corner_labels=(_("左上角"), _("右上角"), _("右下角"), _("左下角")),
        label_done=_("按框裁出"),
    )
    if corners is not None:
        with database().write() as db:
            by_hand.place(db, actor, page.id, corners)
        st.rerun(scope="fragment")


def person(actor: Actor, page: SignaturePage) -> None:
    """Whose page it is to be, where its code does not tell."""
    if page.sheet_id is not None or page.state not in {"look", "failed"}:
        return
    text = st.text_input(
        _("这是谁的采集表？查找人员"),
        key=f"{KEY}/text/{page.id}",
        max_chars=LONGEST_TEXT,
        autocomplete="off",
        placeholder=_("姓名、拼音或首字母，证件号或后 4、6 位，手机号，单位，证书编号"),
    ).strip()
    if not text:
        return
    with database().read() as db:
        found = {row.id: row for row in search.page(db, actor, Wanted(text=text), MOST_FOUND).rows}
    if not found:
        messages.plain(_("没有找到"))
        return
    chosen: uuid.UUID | None = st.selectbox(
        _("找到的人"), list(found), format_func=lambda each: _line(found[each]), key=f"{KEY}/found/{page.id}"
    )
    if st.button(_("就是此人"), key=f"{KEY}/choose", disabled=chosen is None) and chosen is not None:
        with database().write() as db:
            by_hand.name_person(db, actor, page.id, chosen)
        st.rerun(scope="fragment")


def _line(found: Found) -> str:
    return "　".join(filter(None, (found.name, masked(found.number), *found.companies[:1])))
