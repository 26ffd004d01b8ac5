"""Imports as the administrator sees them: upload, match, check, run, undo, and the list of all."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.errors import UserError
from app.jobs import files, queue
from app.locale import _, listed
from app.transfer.matching import find_header, missing
from app.transfer.table_file import open_table
from app.transfer.targets import target
from data.models import ImportProblem, ImportRun, Job

CHECK, IMPORT, UNDO = "import-check", "import", "import-undo"
UPLOAD, RESULT = "upload", "result"
PAGE_ROWS = 20


@dataclass(frozen=True)
class Import:
    """One import with the jobs that belong to it."""

    run: ImportRun
    job: Job
    check: Job | None
    undo: Job | None


@requires(Action.IMPORT_RUN)
def upload(db: Session, actor: Actor, target_key: str, file_name: str, content: BinaryIO) -> ImportRun:
    """Keep an uploaded table and match its columns by name. Raises UserError."""
    wanted = target(target_key)
    with open_table(content) as table:
        header = find_header(wanted, table.rows)
    content.seek(0)
    job = queue.enqueue(db, actor, IMPORT, {}, state="draft")
    run = ImportRun(
        id=job.id,
        target=wanted.key,
        file_name=file_name[-200:],
        header_row=header.row,
        headings={"headings": list(header.headings)},
        columns=dict(header.columns),
    )
    db.add(run)
    files.store(db, job.id, UPLOAD, content)
    return run


@requires(Action.IMPORT_RUN)
def check(
    db: Session, actor: Actor, import_id: uuid.UUID, columns: Mapping[str, int], *, update_known: bool
) -> uuid.UUID:
    """Check the whole table in the background, writing nothing. Raises UserError."""
    run = _draft(db, import_id)
    wanted = target(run.target)
    if lacking := missing(wanted, columns):
        raise UserError("columns", _("还没有指定这些必填列：{columns}").format(columns=listed(lacking)))
    if len(set(columns.values())) < len(columns):
        raise UserError("columns", _("有两项指定了文件的同一列"))
    run.columns, run.update_known = dict(columns), update_known
    run.check_id = queue.enqueue(db, actor, CHECK, {"import_id": str(import_id)}).id
    return run.check_id


@requires(Action.IMPORT_RUN)
def start(db: Session, actor: Actor, import_id: uuid.UUID) -> None:
    """Run an import that was checked. Raises UserError."""
    run = _draft(db, import_id)
    checked = db.get(Job, run.check_id) if run.check_id else None
    if checked is None or checked.state != "done":
        raise UserError("unchecked", _("请先检查文件"))
    job = db.get_one(Job, import_id)
    job.state, job.total = "queued", checked.total
    trail.note(db, actor, Action.IMPORT_RUN, "import_run", import_id, after={"target": run.target})


@requires(Action.IMPORT_UNDO)
def undo(db: Session, actor: Actor, import_id: uuid.UUID) -> uuid.UUID:
    """Take an import back in the background, as far as nobody changed its rows since. Raises UserError."""
    run = db.get(ImportRun, import_id)
    job = db.get(Job, import_id)
    if run is None or job is None or job.state in ("draft", *queue.UNFINISHED):
        raise UserError("gone", _("没有这次导入，或它还没有结束"))
    last = db.get(Job, run.undo_id) if run.undo_id else None
    if last is not None and last.state in queue.UNFINISHED:
        raise UserError("running", _("正在撤销"))
    run.undo_id = queue.enqueue(db, actor, UNDO, {"import_id": str(import_id)}).id
    trail.note(db, actor, Action.IMPORT_UNDO, "import_run", import_id, after={"target": run.target})
    return run.undo_id


@requires(Action.IMPORT_RUN)
def get(db: Session, actor: Actor, import_id: uuid.UUID) -> Import:
    """One import. Raises UserError (`gone`)."""
    run = db.get(ImportRun, import_id, populate_existing=True)
    if run is None:
        raise UserError("gone", _("没有这次导入"))
    job, *others = (
        db.get(Job, job_id, populate_existing=True) if job_id else None
        for job_id in (run.id, run.check_id, run.undo_id)
    )
    assert job is not None  # noqa: S101  made together with the run
    return Import(run, job, *others)


@requires(Action.IMPORT_RUN)
def listing(db: Session, actor: Actor, limit: int = 20) -> list[Import]:
    """The newest imports, newest first."""
    ids = db.scalars(select(ImportRun.id).order_by(ImportRun.id.desc()).limit(limit)).all()
    return [get(db, actor, import_id) for import_id in ids]


@requires(Action.IMPORT_RUN)
def problems(db: Session, actor: Actor, import_id: uuid.UUID, page: int) -> list[ImportProblem]:
    """A page of the rows that could not be taken, in the order of the table."""
    query = select(ImportProblem).where(ImportProblem.import_id == import_id).order_by(ImportProblem.row)
    return list(db.scalars(query.limit(PAGE_ROWS).offset(page * PAGE_ROWS)))


def _draft(db: Session, import_id: uuid.UUID) -> ImportRun:
    run, job = db.get(ImportRun, import_id), db.get(Job, import_id)
    if run is None or job is None or job.state != "draft":
        raise UserError("gone", _("没有这次导入，或它已经开始"))
    return run
