"""One import: its columns, its check with a preview, its run, its result, its undo."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.jobs import worker
from app.jobs.queue import UNFINISHED
from app.locale import _
from app.transfer import imports
from app.transfer.targets import target
from app.ui import downloads, guard, import_columns, job_progress, making_sure, messages
from app.ui.preview_table import PreviewRow, preview
from app.ui.safety import contained
from data.models import ImportRun, Job

KEY = "import"


def show(actor: Actor, import_id: uuid.UUID) -> None:
    """Draw the import as far as it has come."""
    with database().read() as db:
        found = imports.get(db, actor, import_id)
    st.subheader(_("导入{name}").format(name=target(found.run.target).name), anchor=False)
    messages.plain(found.run.file_name)
    if found.job.state == "draft":
        _draft(actor, found)
    else:
        _started(actor, found)


def _draft(actor: Actor, found: imports.Import) -> None:
    if found.check is not None and found.check.state in UNFINISHED:
        _follow(actor, found.check)
        return
    checked = found.check is not None and found.check.state == "done"
    with st.expander(_("哪一列是什么"), expanded=not checked):
        import_columns.form(found.run)
    if found.check is None:
        return
    if not checked:
        job_progress.show(actor, found.check.id)
        return
    _counts(found, done=False)
    _previews(actor, found)
    step = next_step(found.run)
    if not step:
        messages.plain(_("表格里的内容都已有，无需导入"))
    elif st.button(step, type="primary", key=f"{KEY}/start"):
        with database().write() as db:
            imports.start(db, actor, found.run.id)
        worker.wake()
        st.rerun()


def next_step(run: ImportRun) -> str:
    """What comes after the check, as the button says it; empty where there is nothing to do.

    A table of which no row can be taken comes back with its problems marked all the same.
    """
    if run.added + run.changed:
        return _("开始导入")
    return _("在表格里标出问题") if run.wrong else ""


def _follow(actor: Actor, job: Job) -> Job:
    """Show how the job stands now; where it has ended since it was read, all is read anew."""
    now = job_progress.show(actor, job.id)
    if job.state in UNFINISHED and now.state not in UNFINISHED:
        st.rerun()
    return now


def _started(actor: Actor, found: imports.Import) -> None:
    job = _follow(actor, found.job)
    if job.state in UNFINISHED:
        return
    _counts(found, done=True)
    if job.state == "done" and found.run.wrong:
        messages.plain(_("有问题的单元格已在您的表格里标红并加批注；改好后整个文件再上传一次，已导入的不会重复。"))
        messages.download(_("下载标出问题的表格"), downloads.address(job.id))
        _problem_pages(actor, found)
    _undo(actor, found)


def _counts(found: imports.Import, *, done: bool) -> None:
    run = found.run
    words = (
        (_("新增"), run.added),
        (_("更新"), run.changed),
        (_("已有，相同"), run.unchanged),
        (_("已有，跳过"), run.skipped),
        (_("有问题"), run.wrong),
    )
    messages.show(
        "warning" if run.wrong else "success" if done else "info",
        "　".join(f"{word} {figure:,}" for word, figure in words),
    )


def _previews(actor: Actor, found: imports.Import) -> None:
    if found.run.wrong:
        st.subheader(_("有问题的行"), anchor=False)
        _problem_pages(actor, found)
    sample = (found.check.result or {}).get("sample", []) if found.check else []
    with database().read() as db:
        first = imports.problems(db, actor, found.run.id, 0)
    marks = {each.row: _numbered(each.found["problems"]) for each in first}
    with st.expander(_("文件的前 {count} 行").format(count=len(sample)), expanded=not found.run.wrong):
        rows = [PreviewRow(number, cells, marks.get(number, {})) for number, cells in sample]
        preview(found.run.headings["headings"], rows, _("文件的前 {count} 行").format(count=len(sample)))


@st.fragment
@contained
def _problem_pages(_actor: Actor, found: imports.Import) -> None:
    actor = guard.staff()
    pages = -(-found.run.wrong // imports.PAGE_ROWS)
    page = 1
    if pages > 1:
        place, _space = st.columns([1, 3])
        page = int(place.number_input(_("第几页，共 {pages} 页").format(pages=pages), 1, pages, 1, key=f"{KEY}/page"))
    with database().read() as db:
        rows = imports.problems(db, actor, found.run.id, page - 1)
    shown = [PreviewRow(each.row, each.found["cells"], _numbered(each.found["problems"])) for each in rows]
    preview(found.run.headings["headings"], shown, _("有问题的行"))


def _numbered(problems: dict[str, str]) -> dict[int, str]:
    return {int(column): message for column, message in problems.items()}


def _undo(actor: Actor, found: imports.Import) -> None:
    if found.undo is not None:
        undo = job_progress.show(actor, found.undo.id)
        if undo.state in UNFINISHED:
            return
        if undo.state == "done" and undo.result is not None:
            _undone(undo.result)
            return
    if not found.run.added + found.run.changed:
        return
    with st.expander(_("撤销这次导入")):
        messages.plain(_("删去这次新增的、恢复这次更新的；之后有人改动过或有附件的不动，并逐条列出。"))
        sure = making_sure.asked(f"{KEY}/undo", _("我确认要撤销这次导入"), _("撤销导入"), with_reason=False)
        if sure is not None:
            with database().write() as db:
                imports.undo(db, actor, found.run.id)
            worker.wake()
            st.rerun()


def _undone(result: dict[str, object]) -> None:
    text = _("已撤销：删去 {removed} 条，恢复 {restored} 条，未动 {kept} 条")
    messages.show("success", text.format(**{key: result[key] for key in ("removed", "restored", "kept")}))
    told = result["told"]
    if isinstance(told, list) and told:
        messages.show("warning", "\n".join((_("之后有人改动过，没有撤销："), *map(str, told))))
