"""个人签名信息: print the sheet, upload its scan, sign on a screen instead, view what is kept."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.moments import to_the_minute
from app.signatures import pads
from app.signatures import service as signatures
from app.signatures.problems import problem_text
from app.signatures.service import Examined
from app.ui import guard, messages, receiving, shell, sign_page, turns
from app.ui.components import frame_placer, pdf_link, picture
from app.ui.pictures import inline, labels
from app.ui.receiving import Received
from app.ui.safety import contained
from data.models import SignatureScan

FORMATS = ("jpg", "jpeg", "png", "tif", "tiff", "pdf")
KEY = "signature"


def show(actor: Actor) -> None:
    """The three steps of the guide, the pad that stands for them, and what is kept."""
    shell.notice()
    st.subheader(_("个人签名信息"), anchor=False)
    steps = st.columns(3)
    with steps[0].container(border=True):
        st.markdown(f"**1. {_('打印')}**")
        messages.plain(_("打印签名信息采集表，在签名框内亲笔签名。"))
        pdf_link("/api/signature-sheet", _("打印"), key="print")
    with steps[1].container(border=True):
        st.markdown(f"**2. {_('上传')}**")
        _upload()
    with steps[2].container(border=True):
        st.markdown(f"**3. {_('查看')}**")
        _offer_view(actor)
    _examined()
    with st.expander(_("不打印，直接在屏幕上手写签名")):
        _pad()


@st.fragment
@contained
def _upload() -> None:
    messages.plain(_("上传签名后的采集表：JPG、PNG、TIFF 或 PDF，不超过 10 MB。"))
    file = receiving.file_field(_("签名采集表"), FORMATS, key=turns.name(f"{KEY}/file"), megabytes=10)
    if file is not None and st.button(_("上传"), type="primary", key=f"{KEY}/upload"):
        with st.spinner(_("正在识别签名…")):
            _read(file)
    if problem := st.session_state.pop(f"{KEY}/problem", None):
        messages.show("error", problem)


def _read(file: Received) -> None:
    """A clean scan of somebody without a signature is kept at once; any other is shown and asked about."""
    actor = guard.practitioner()
    st.session_state.pop(f"{KEY}/examined", None)
    try:
        content = file.content()
        with database().read() as db:
            examined = signatures.examine(db, actor, actor.dossier_id, content, file.name)
            known = signatures.current(db, actor, actor.dossier_id)
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message
        st.rerun(scope="fragment")
    if known is None and not examined.problems:
        _keep(actor, examined)
    st.session_state[f"{KEY}/examined"] = examined
    st.rerun()


def _keep(actor: Actor, examined: Examined) -> None:
    with database().write() as db:
        signatures.keep(db, actor, actor.dossier_id, examined)
    _done(_("采集表已上传，请点击「查看」核对签名"))


def _done(text: str) -> None:
    st.session_state.pop(f"{KEY}/examined", None)
    turns.next_name(f"{KEY}/file")
    st.session_state["notice"] = text
    st.rerun()


@st.fragment
@contained
def _examined() -> None:
    examined: Examined | None = st.session_state.get(f"{KEY}/examined")
    if examined is None:
        return
    actor = guard.practitioner()
    with st.container(border=True):
        st.markdown(f"**{_('核对裁出的签名')}**")
        for code in examined.problems:
            messages.show("warning", problem_text(code))
        if examined.signature_png is not None:
            inline(examined.signature_png, _("从采集表中截取的签名"))
        if not examined.has_box or {"no_qr", "placed_by_hand"} & set(examined.problems):
            _place(examined)
        with database().read() as db:
            if signatures.current(db, actor, actor.dossier_id) is not None:
                messages.plain(_("您已有签名。采用后以这一个为准，原来的签名保留在历史里。"))
        take, leave, _space = st.columns([1, 1, 2])
        usable = examined.signature_png is not None
        if take.button(_("采用这个签名"), type="primary", key=f"{KEY}/take", disabled=not usable, width="stretch"):
            _keep(actor, examined)
        if leave.button(_("不采用"), key=f"{KEY}/leave", width="stretch"):
            _done(_("没有采用，原来的签名不变"))


def _place(examined: Examined) -> None:
    messages.plain(_("自动识别不出时，可把框的四角拖到签名框的四角，再点「按框裁出」。"))
    corners = frame_placer(
        examined.page_jpeg,
        key=f"{KEY}-frame",
        alt=_("签名信息采集表"),
        corner_labels=(_("左上角"), _("右上角"), _("右下角"), _("左下角")),
        label_done=_("按框裁出"),
    )
    if corners is not None:
        st.session_state[f"{KEY}/examined"] = signatures.placed(examined, corners)
        st.rerun(scope="fragment")


@st.fragment
@contained
def _pad() -> None:
    actor = guard.practitioner()
    here, phone = st.columns([2, 1])
    with here:
        drawing = sign_page.sign_by_hand(KEY)
        if drawing is not None:
            with database().write() as db:
                pads.keep_drawn(db, actor, actor.dossier_id, drawing)
            _done(_("签名已保存，请点击「查看」核对；原来的签名保留在历史里"))
    with phone:
        sign_page.offer(actor)


def _offer_view(actor: Actor) -> None:
    with database().read() as db:
        scans = signatures.history(db, actor, actor.dossier_id)
    if not scans:
        messages.plain(_("还没有上传采集表。请先打印、签名、扫描，再上传。"))
        return
    messages.plain(_("{time} 上传").format(time=to_the_minute(scans[0].uploaded_at)))
    if st.button(_("查看"), key=f"{KEY}/view"):
        st.dialog(_("签名信息采集表"), width="large")(_view)(scans)


@contained
def _view(scans: list[SignatureScan]) -> None:
    scan = scans[0]
    st.markdown(f"**{_('签名')}**")
    if scan.signature is not None:
        inline(scan.signature, _("从采集表中截取的签名"))
    for code in scan.problems.split():
        messages.show("warning", problem_text(code))
    st.markdown(f"**{_('采集表')}**")
    picture(scan.scan, alt=_("签名信息采集表"), key=f"{KEY}-scan", labels=labels())
    if len(scans) > 1:
        with st.expander(_("以前的签名（{count}）").format(count=len(scans) - 1)):
            for older in scans[1:]:
                when = _("{time} 上传").format(time=to_the_minute(older.uploaded_at))
                if older.signature is not None:
                    inline(older.signature, when)
                else:
                    messages.plain(when)
