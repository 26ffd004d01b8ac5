"""A staff batch: scans of many people's sheets read in the background, looked at, and taken in one go."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.dossiers import search
from app.dossiers.wanted import Wanted
from app.errors import UserError
from app.jobs import files, queue
from app.locale import _
from app.signatures.zip_names import RULES
from data.models import Dossier, Job, SignaturePage, SignatureScan

READ, SHEETS, EXPORT = "signature-read", "signature-sheets", "signature-export"
KINDS = (READ, SHEETS, EXPORT)
PAGE_SIZE = 50
MOST_SHEETS = 20_000
_HAS_SIGNATURE = select(SignatureScan.id).where(SignatureScan.dossier_id == SignaturePage.dossier_id).exists()


@dataclass(frozen=True)
class Shown:
    """A page of the batch as the table shows it."""

    page: SignaturePage
    name: str
    replaces: bool
    """The person has a signature already."""


@requires(Action.SIGNATURE_COLLECT)
def start_reading(db: Session, actor: Actor, uploads: Sequence[tuple[str, BinaryIO]]) -> Job:
    """Keep the files and queue their reading, by name: a folder's files come in no order. Raises UserError (`empty_file`)
    without any."""
    if not uploads:
        raise UserError("empty_file", _("请先选择文件"))
    uploads = sorted(uploads, key=lambda upload: _by_number(upload[0]))
    job = queue.enqueue(db, actor, READ, {"files": [name for name, _content in uploads]})
    for index, (_name, content) in enumerate(uploads):
        files.store(db, job.id, str(index), content)
    return job


def _by_number(name: str) -> list[tuple[bool, int, str]]:
    """A key that puts 照片2 before 照片10."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", name)
    numbers = (piece.lstrip("0") if piece[0] in "0123456789" else None for piece in pieces)
    return [
        (True, 0, piece) if number is None else (False, len(number), number)
        for piece, number in zip(pieces, numbers, strict=True)
    ]


@requires(Action.SIGNATURE_COLLECT)
def start_sheets(db: Session, actor: Actor, wanted: Wanted) -> Job:
    """Queue the printing of a sheet for everybody whom a search finds, in its order. Raises UserError."""
    return _start_list(db, actor, SHEETS, wanted, {})


@requires(Action.SIGNATURE_COLLECT)
def start_export(db: Session, actor: Actor, wanted: Wanted, rule: str) -> Job:
    """Queue a ZIP of the signatures of everybody whom a search finds, named by one of `RULES`. Raises UserError."""
    if rule not in RULES:
        raise UserError("unknown_rule", _("没有这种命名规则"))
    return _start_list(db, actor, EXPORT, wanted, {"rule": rule})


def _start_list(db: Session, actor: Actor, kind: str, wanted: Wanted, more: dict[str, str]) -> Job:
    found = [dossier_id for some in search.ids(db, actor, wanted) for dossier_id in some]
    if not found:
        raise UserError("nobody", _("名单里没有人"))
    if len(found) > MOST_SHEETS:
        raise UserError(
            "too_many_people",
            _("名单有 {got} 人，一次不超过 {want} 人，请缩小范围").format(got=len(found), want=MOST_SHEETS),
        )
    return queue.enqueue(db, actor, kind, {"people": [str(dossier_id) for dossier_id in found], **more})


@requires(Action.SIGNATURE_COLLECT)
def counts(db: Session, actor: Actor, job_id: uuid.UUID) -> dict[str, int]:
    """How many pages of a batch are in each state."""
    query = select(SignaturePage.state, func.count().label("pages")).where(SignaturePage.job_id == job_id)
    return {row.state: row.pages for row in db.execute(query.group_by(SignaturePage.state))}


@requires(Action.SIGNATURE_COLLECT)
def signed(db: Session, actor: Actor, job_id: uuid.UUID) -> int:
    """How many pages that matched without a fault are of people who have a signature already."""
    mine = (SignaturePage.job_id == job_id, SignaturePage.state == "matched")
    return db.scalar(select(func.count()).select_from(SignaturePage).where(*mine, _HAS_SIGNATURE)) or 0


@requires(Action.SIGNATURE_COLLECT)
def listing(db: Session, actor: Actor, job_id: uuid.UUID, state: str, after: int = 0) -> list[Shown]:
    """Pages of a batch in one state, in their order, `PAGE_SIZE` at most."""
    query = (
        select(SignaturePage, Dossier.name, _HAS_SIGNATURE)
        .outerjoin(Dossier, Dossier.id == SignaturePage.dossier_id)
        .where(SignaturePage.job_id == job_id, SignaturePage.state == state, SignaturePage.number > after)
        .order_by(SignaturePage.number)
        .limit(PAGE_SIZE)
    )
    return [Shown(page, name or "", bool(replaces)) for page, name, replaces in db.execute(query)]


@requires(Action.SIGNATURE_COLLECT)
def page(db: Session, actor: Actor, page_id: uuid.UUID) -> SignaturePage:
    """A page with its pictures. Raises UserError (`gone`)."""
    found = db.get(SignaturePage, page_id, options=[undefer(SignaturePage.scan), undefer(SignaturePage.signature)])
    if found is None:
        raise UserError("gone", _("这一页已不在，可能已过期"))
    return found


@requires(Action.SIGNATURE_COLLECT)
def take(db: Session, actor: Actor, page_id: uuid.UUID) -> None:
    """Keep the signature of one page that was looked at; an older one stays in the history. Raises UserError."""
    found = page(db, actor, page_id)
    if found.state not in {"matched", "look"} or found.dossier_id is None or found.signature is None:
        raise UserError("not_takable", _("这一页不能采用：没有核对到人或没有签名"))
    _keep(db, found)


@requires(Action.SIGNATURE_COLLECT)
def pass_over(db: Session, actor: Actor, page_id: uuid.UUID) -> None:
    """Put a page aside. Raises UserError (`gone`)."""
    page(db, actor, page_id).state = "passed"


@requires(Action.SIGNATURE_COLLECT)
def take_matched(db: Session, actor: Actor, job_id: uuid.UUID, *, replace: bool) -> int:
    """Keep the signatures of all pages that matched without a fault; those of people who have one already only where
    that is wanted. Returns how many were kept."""
    query = select(SignaturePage.id).where(SignaturePage.job_id == job_id, SignaturePage.state == "matched")
    wanted = list(db.scalars(query if replace else query.where(~_HAS_SIGNATURE)))
    for page_id in wanted:  # one after the other: their pictures are never all in memory
        _keep(db, page(db, actor, page_id))
        db.flush()
    return len(wanted)


def _keep(db: Session, found: SignaturePage) -> None:
    db.add(
        SignatureScan(
            dossier_id=found.dossier_id,
            sheet_id=found.sheet_id,
            scan=found.scan,
            signature=found.signature,
            problems=found.problems,
        )
    )
    found.state = "taken"
