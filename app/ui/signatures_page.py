"""签名采集: sheets for a list, scans of a whole batch read and taken, signatures as a ZIP. The work runs in the background."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers.wanted import Wanted
from app.jobs import queue, worker
from app.locale import _
from app.moments import to_the_minute
from app.signatures import collecting, printing
from app.signatures.zip_names import RULES
from app.ui import downloads, guard, job_progress, messages, receiving, shell, signature_batch, turns
from app.ui.components import Action, Column, Row, record_table
from app.ui.safety import contained
from data.models import Job

KEY = "signatures"
FORMATS = ("pdf", "tif", "tiff", "jpg", "jpeg", "png")
MOST_MEGABYTES = 500


def show(actor: Actor) -> None:
    """The three tasks and what was begun, or one of them (`?job=` in the address)."""
    shell.notice()
    st.subheader(_("签名采集"), anchor=False)
    opened = st.query_params.get("job")
    if opened:
        _job(actor, opened)
        return
    scans, sheets, export = st.tabs([_("批量识别"), _("打印采集表"), _("导出签名")])
    with scans:
        _scans()
    with sheets:
        _list(collecting.SHEETS, _("按名单的顺序，每人一张，合成一个 PDF。"), _("生成采集表"))
    with export:
        _list(collecting.EXPORT, _("每人一个透明背景的 PNG，合成一个 ZIP；没有签名的人跳过。"), _("导出签名"))
    _begun(actor)


@st.fragment
@contained
def _scans() -> None:
    messages.plain(_("一个多页 PDF 或 TIFF，或许多照片，可一次全部选入，也可以把整个文件夹拖进来。"))
    key = turns.name(f"{KEY}/files")
    uploads = receiving.files_field(_("签名采集表的扫描件"), FORMATS, key=key, megabytes=MOST_MEGABYTES)
    if st.button(_("开始识别"), type="primary", key=f"{KEY}/read", disabled=not uploads):
        scans = [(file.name, file.stream()) for file in uploads]
        with database().write() as db:
            job = collecting.start_reading(db, guard.staff(), scans)
        turns.next_name(f"{KEY}/files")
        _open(job)


@st.fragment
@contained
def _list(kind: str, about: str, button: str) -> None:
    messages.plain(about)
    text, company = st.columns(2)
    wanted = Wanted(
        text=text.text_input(_("查找人员（留空为全部）"), key=f"{KEY}/{kind}/text", autocomplete="off"),
        company=company.text_input(_("单位（留空为全部）"), key=f"{KEY}/{kind}/company", autocomplete="off"),
    )
    rule = next(iter(RULES))
    if kind == collecting.EXPORT:
        rule = st.selectbox(_("文件名"), list(RULES), format_func=lambda key: _(RULES[key]), key=f"{KEY}/rule")
    if st.button(button, type="primary", key=f"{KEY}/{kind}/start"):
        with database().write() as db:
            actor = guard.staff()
            if kind == collecting.EXPORT:
                job = collecting.start_export(db, actor, wanted, rule)
            else:
                job = collecting.start_sheets(db, actor, wanted)
        _open(job)


def _open(job: Job) -> None:
    worker.wake()
    st.query_params["job"] = str(job.id)
    st.rerun()


def _job(actor: Actor, opened: str) -> None:
    if st.button(_("返回列表"), icon=":material/arrow_back:"):
        st.query_params.clear()
        st.rerun()
    try:
        job_id = uuid.UUID(opened)
    except ValueError:
        messages.show("error", _("没有这项后台任务"))
        return
    job = job_progress.show(actor, job_id)
    if job.kind == collecting.READ and job.state not in queue.UNFINISHED:
        signature_batch.show(actor, job_id)
    elif job.state == "done" and job.result:
        messages.show("success", _result(job))
        if without_glyph := job.result.get("without_glyph"):
            messages.show("warning", printing.glyph_missing(without_glyph))
        st.link_button(_("下载"), downloads.address(job.id), icon=":material/download:")


def _result(job: Job) -> str:
    result = job.result or {}
    if job.kind == collecting.SHEETS:
        return _("已生成 {pages} 张采集表").format(pages=result["pages"])
    return _("已导出 {packed} 人的签名，{without} 人还没有签名").format(
        packed=result["packed"], without=result["without"]
    )


def _begun(actor: Actor) -> None:
    with database().read() as db:
        jobs = queue.listing(db, actor, collecting.KINDS)
    kinds = {
        collecting.READ: _("批量识别"),
        collecting.SHEETS: _("打印采集表"),
        collecting.EXPORT: _("导出签名"),
    }
    clicked = record_table(
        [Column(_("时间"), 2), Column(_("内容"), 2), Column(_("状态"), 3)],
        [
            Row(
                str(job.id),
                [to_the_minute(job.created_at), kinds[job.kind], job_progress.outcome(job)],
            )
            for job in jobs
        ],
        actions=[Action("open", _("查看"))],
        key=f"{KEY}-jobs",
        label=_("任务记录"),
        empty=_("还没有任务"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.query_params["job"] = clicked.row
        st.rerun()
