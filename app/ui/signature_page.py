"""个人签名信息: print the sheet, upload its scan, view it."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.locale import _
from app.signatures import service as signatures
from app.signatures.problems import problem_text
from app.ui import guard, messages, shell
from app.ui.components import pdf_link, picture
from app.ui.pictures import labels
from app.ui.safety import contained
from data.models import SignatureScan

FORMATS = ("jpg", "jpeg", "png", "pdf")
KEY = "signature"


def show(actor: Actor) -> None:
    """The three steps of the guide, and what was uploaded."""
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


@st.fragment
@contained
def _upload() -> None:
    messages.plain(_("上传签名后的采集表：JPG、PNG 或 PDF，不超过 10 MB。"))
    generation = st.session_state.setdefault(f"{KEY}/generation", 0)
    file = st.file_uploader(_("签名采集表"), FORMATS, key=f"{KEY}/file/{generation}", max_upload_size=10)
    if file is not None and st.button(_("上传"), type="primary", key=f"{KEY}/upload"):
        with st.spinner(_("正在识别签名…")):
            _keep(file.getvalue(), file.name)
    if problem := st.session_state.pop(f"{KEY}/problem", None):
        messages.show("error", problem)


def _keep(content: bytes, filename: str) -> None:
    actor = guard.practitioner()
    try:
        with database().write() as db:
            signatures.upload(db, actor, actor.dossier_id, content, filename)
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message
        st.rerun(scope="fragment")
    st.session_state[f"{KEY}/generation"] += 1
    st.session_state["notice"] = _("采集表已上传，请点击「查看」核对签名")
    st.rerun()


def _offer_view(actor: Actor) -> None:
    with database().read() as db:
        scan = signatures.current(db, actor, actor.dossier_id)
    if scan is None:
        messages.plain(_("还没有上传采集表。请先打印、签名、扫描，再上传。"))
        return
    messages.plain(_("{time:%Y-%m-%d %H:%M} 上传").format(time=scan.uploaded_at.astimezone()))
    if st.button(_("查看"), key=f"{KEY}/view"):
        st.dialog(_("签名信息采集表"), width="large")(_view)(scan)


@contained
def _view(scan: SignatureScan) -> None:
    st.markdown(f"**{_('签名')}**")
    if scan.signature is not None:
        st.image(scan.signature, caption=_("从采集表中截取的签名"), width=360)
    for code in scan.problems.split():
        messages.show("warning", problem_text(code))
    st.markdown(f"**{_('采集表')}**")
    picture(scan.scan, alt=_("签名信息采集表"), key=f"{KEY}-scan", labels=labels())
