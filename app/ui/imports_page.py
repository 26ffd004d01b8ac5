"""导入: what can be imported, templates, the upload, and all imports so far."""

import uuid
from functools import partial

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.errors import UserError
from app.jobs.queue import UNFINISHED
from app.locale import _, current_language, listed, use_language
from app.moments import to_the_minute
from app.settings import settings
from app.transfer import imports, sample
from app.transfer.limits import SHOWN_MEGABYTES
from app.transfer.targets import Target, target, targets
from app.transfer.template import template
from app.ui import import_view, job_progress, messages, receiving, shell
from app.ui.components import Action, Column, Row, record_table
from app.ui.downloads import MEDIA_TYPES

KEY = "imports"
FORMATS = ("xlsx", "csv", "txt")


def show(actor: Actor) -> None:
    """The list with the upload, or one import (`?import=` in the address)."""
    shell.notice()
    opened = st.query_params.get("import")
    if not opened:
        _list(actor)
        return
    if st.button(_("返回列表"), icon=":material/arrow_back:"):
        del st.query_params["import"]
        st.rerun()
    try:
        import_id = uuid.UUID(opened)
    except ValueError:
        raise UserError("gone", _("没有这次导入")) from None
    import_view.show(actor, import_id)


def _list(actor: Actor) -> None:
    st.subheader(_("导入"), anchor=False)
    keys = [each.key for each in targets()]
    chosen = target(st.selectbox(_("导入什么"), keys, format_func=lambda key: target(key).name, key=f"{KEY}/target"))
    needed = listed(column.heading for column in chosen.columns if column.required)
    messages.plain(_("必填列：{columns}").format(columns=needed))
    _templates(chosen)
    size = st.session_state.setdefault(f"{KEY}/round", 0)
    label = _("上传表格：.xlsx 或 .csv，不超过 {most} MB").format(most=SHOWN_MEGABYTES)
    uploaded = receiving.file_field(label, FORMATS, key=f"{KEY}/file/{size}", megabytes=SHOWN_MEGABYTES)
    if uploaded is not None:
        table = uploaded.stream()
        with database().write() as db:
            run = imports.upload(db, actor, chosen.key, uploaded.name, table)
        st.session_state[f"{KEY}/round"] = size + 1
        st.query_params["import"] = str(run.id)
        st.rerun()
    _history(actor)


def _templates(chosen: Target) -> None:
    blank, filled, _space = st.columns([1, 1, 2])
    blank.download_button(
        _("下载模板"),
        partial(_template, chosen, current_language()),
        file_name=f"{chosen.name}.xlsx",
        mime=MEDIA_TYPES["xlsx"],
        icon=":material/download:",
        width="stretch",
    )
    if settings().demo:
        filled.download_button(
            _("下载示例（虚构数据）"),
            partial(_template, chosen, current_language(), with_rows=True),
            file_name=f"{chosen.name}-{_('示例')}.xlsx",
            mime=MEDIA_TYPES["xlsx"],
            icon=":material/science:",
            width="stretch",
        )


def _template(chosen: Target, language: str, *, with_rows: bool = False) -> bytes:
    use_language(language)  # made when it is asked for, in a thread of its own
    return template(chosen, sample.rows(chosen) if with_rows else ())


def _history(actor: Actor) -> None:
    with database().read() as db:
        found = imports.listing(db, actor)
    st.subheader(_("导入记录"), anchor=False)
    clicked = record_table(
        [
            Column(_("时间"), 2),
            Column(_("内容"), 2),
            Column(_("文件"), 3),
            Column(_("状态"), 2),
            Column(_("新增"), 1, "number"),
            Column(_("更新"), 1, "number"),
            Column(_("有问题"), 1, "number"),
        ],
        [Row(str(each.run.id), _cells(each)) for each in found],
        actions=[Action("open", _("查看"))],
        key=f"{KEY}-table",
        label=_("导入记录"),
        empty=_("还没有导入过"),
        actions_label=_("操作"),
    )
    if clicked is not None:
        st.query_params["import"] = clicked.row
        st.rerun()


def _cells(each: imports.Import) -> list[str]:
    figures = (each.run.added, each.run.changed, each.run.wrong) if each.job.state != "draft" else ("", "", "")
    return [
        to_the_minute(each.run.created_at),
        target(each.run.target).name,
        each.run.file_name,
        state_of(each),
        *map(str, figures),
    ]


def state_of(each: imports.Import) -> str:
    """In a few words, how an import stands."""
    if each.undo is not None and each.undo.state in ("done", *UNFINISHED):
        return _("已撤销") if each.undo.state == "done" else _("正在撤销")
    return _("未开始") if each.job.state == "draft" else job_progress.outcome(each.job)
