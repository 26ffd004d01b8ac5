"""Exports: a filtered list of people or records as a table, made in the background; one person as JSON."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, authorise, requires
from app.audit import trail
from app.dossiers.wanted import from_address
from app.errors import UserError
from app.jobs import files, queue
from app.jobs.registry import job
from app.jobs.running import Running
from app.locale import _
from app.transfer.formatting import formats, write_rows
from app.transfer.reading import batches
from app.transfer.targets import Target, target
from app.transfer.writers import FORMATS, writer
from data.models import Dossier, Job, categories
from data.models.dossier import IDENTITY_FIELDS

EXPORT, RESULT = "export", "result"


@dataclass(frozen=True)
class Wish:
    """What is to be exported: `wanted` is a search as an address has it; `full` shows personal numbers unmasked."""

    target: str
    kind: str
    columns: tuple[str, ...]
    wanted: Mapping[str, str]
    full: bool = False


@requires(Action.EXPORT_RUN)
def start(db: Session, actor: Actor, wish: Wish) -> uuid.UUID:
    """Export in the background; returns the job. Raises UserError; Forbidden where full numbers are not one's right."""
    wanted = target(wish.target)
    if wish.kind not in FORMATS:
        raise UserError("format", _("没有这种格式"))
    known = {column.key for column in wanted.columns}
    if not wish.columns or not known.issuperset(wish.columns):
        raise UserError("columns", _("请至少选择一列"))
    if wish.full:
        authorise(actor, Action.EXPORT_FULL)
    parameters = {**vars(wish), "columns": list(wish.columns), "wanted": from_address(wish.wanted).to_address()}
    made = queue.enqueue(db, actor, EXPORT, parameters)
    trail.note(db, actor, Action.EXPORT_RUN, wish.target, made.id, after=parameters)
    return made.id


@requires(Action.EXPORT_RUN)
def listing(db: Session, actor: Actor) -> list[Job]:
    """The newest exports: one's own, or all for the administrator."""
    return queue.listing(db, actor, (EXPORT,))


@job(EXPORT, resumable=True)
def run_export(running: Running) -> dict[str, Any]:
    """Write the table. After a server's death the next one begins anew."""
    parameters = running.parameters
    wanted = target(parameters["target"])
    authorise(running.actor, Action.EXPORT_FULL if parameters["full"] else Action.EXPORT_RUN)
    columns = [wanted.column(key) for key in parameters["columns"]]
    how = formats(wanted, columns, full=parameters["full"])
    rows = 0
    headings = [column.heading for column in columns]
    search = from_address(parameters["wanted"])
    with (
        files.JobFileWriter(running.database, running.job_id, RESULT) as kept,
        writer(parameters["kind"], kept, headings) as table,
    ):
        for batch in batches(running.database, running.actor, wanted, columns, search):
            table.write(write_rows(batch, how))
            rows += len(batch)
            running.report(rows)
    with running.database.write() as db:
        running.checkpoint(db, rows, rows)
        trail.note(db, running.actor, Action.EXPORT_RUN, wanted.key, running.job_id, after={"rows": rows})
    return {"rows": rows, "file_name": file_name(wanted, parameters["kind"])}


def file_name(wanted: Target, kind: str) -> str:
    """What an exported table is called."""
    return f"{wanted.name}-{datetime.now(UTC).astimezone():%Y%m%d-%H%M}.{kind}"


@requires(Action.EXPORT_FULL)
def person_json(db: Session, actor: Actor, dossier_id: uuid.UUID) -> bytes:
    """One person's identity and all records, as they are stored. Raises UserError (`gone`)."""
    dossier = db.get(Dossier, dossier_id)
    if dossier is None:
        raise UserError("gone", _("没有这份档案"))
    found: dict[str, Any] = {
        "id": str(dossier.id),
        "state": dossier.state,
        "mobile": dossier.mobile,
        **_values(dossier, tuple(IDENTITY_FIELDS)),
    }
    for category in categories():
        keys = tuple(field.key for field in category.fields)
        records = db.scalars(
            select(category.model).where(category.model.dossier_id == dossier_id).order_by(category.model.id)
        )
        found[category.key] = [{"id": str(record.id), **_values(record, keys)} for record in records]
    trail.note(db, actor, Action.EXPORT_FULL, "dossier", dossier_id, dossier_id=dossier_id, after={"format": "json"})
    return json.dumps(found, ensure_ascii=False, indent=1, default=str).encode()


def _values(row: Any, keys: Sequence[str]) -> dict[str, Any]:
    return {key: getattr(row, key) for key in keys}
