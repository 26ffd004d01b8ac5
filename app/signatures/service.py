"""A practitioner's signature: the printed sheet, its scan read and looked at, the signature that is kept."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.dossiers.service import there
from app.errors import UserError
from app.locale import _
from app.signatures import by_hand, matching
from app.signatures.printing import as_pdf
from app.signatures.reading import read_scan
from app.signatures.sheet import SheetData
from app.signatures.tokens import make_token
from data.models import Dossier, SignatureScan, SignatureSheet
from data.vault import vault

HISTORY = 20


@dataclass(frozen=True)
class Examined:
    """A scan that was read and is not kept yet: the page as JPEG, the signature cut out of it, what is wrong."""

    sheet_id: uuid.UUID | None
    page_jpeg: bytes
    signature_png: bytes | None
    problems: tuple[str, ...]
    has_box: bool


@requires(Action.SIGNATURE_EDIT)
def print_sheet(db: Session, actor: Actor, dossier_id: uuid.UUID) -> bytes:
    """A new sheet as PDF that opens the print dialog by itself."""
    dossier = there(db.get(Dossier, dossier_id))
    sheet = SignatureSheet(dossier_id=dossier_id)
    db.add(sheet)
    db.flush()
    token = make_token(sheet.id.bytes, vault().keyring.tokens)
    return as_pdf([SheetData(dossier.name, dossier.number, token)], open_print_dialog=True)


@requires(Action.SIGNATURE_EDIT)
def examine(db: Session, actor: Actor, dossier_id: uuid.UUID, content: bytes, filename: str) -> Examined:
    """Read the scan of a signed sheet; nothing is kept. Raises UserError (unreadable, somebody else's sheet)."""
    reading = read_scan(content, filename, vault().keyring.tokens)
    match = matching.match(db, reading)
    if match.dossier_id is not None and match.dossier_id != dossier_id:
        raise UserError("foreign_sheet", _("这张采集表不是为您打印的，请打印自己的采集表，签名后上传"))
    return Examined(
        match.sheet_id, reading.page_jpeg, reading.signature_png, match.problems, has_box=reading.box is not None
    )


def placed(examined: Examined, corners: object) -> Examined:
    """The same scan with the signature cut out of the frame that the person laid on the page (`by_hand.cut`)."""
    ink = by_hand.cut(examined.page_jpeg, corners)
    return replace(examined, signature_png=ink.png, problems=(by_hand.PLACED, *ink.problems), has_box=True)


@requires(Action.SIGNATURE_EDIT)
def keep(db: Session, actor: Actor, dossier_id: uuid.UUID, examined: Examined) -> SignatureScan:
    """Keep a scan that was examined as the person's newest; older ones stay in the history."""
    scan = SignatureScan(
        dossier_id=dossier_id,
        sheet_id=examined.sheet_id,
        scan=examined.page_jpeg,
        signature=examined.signature_png,
        problems=" ".join(examined.problems),
    )
    db.add(scan)
    db.flush()
    return scan


@requires(Action.SIGNATURE_VIEW)
def current(db: Session, actor: Actor, dossier_id: uuid.UUID) -> SignatureScan | None:
    """The newest scan with its bytes."""
    return next(iter(history(db, actor, dossier_id, 1)), None)


@requires(Action.SIGNATURE_VIEW)
def history(db: Session, actor: Actor, dossier_id: uuid.UUID, limit: int = HISTORY) -> list[SignatureScan]:
    """The newest scans with their bytes, newest first."""
    query = (
        select(SignatureScan)
        .where(SignatureScan.dossier_id == dossier_id)
        .order_by(SignatureScan.id.desc())
        .limit(limit)
        .options(undefer(SignatureScan.scan), undefer(SignatureScan.signature))
    )
    return list(db.scalars(query))


@requires(Action.SIGNATURE_VIEW)
def uploaded_at(db: Session, actor: Actor, dossier_id: uuid.UUID) -> datetime | None:
    """When the newest scan was uploaded; None without one."""
    query = select(SignatureScan.uploaded_at).where(SignatureScan.dossier_id == dossier_id)
    return db.scalar(query.order_by(SignatureScan.id.desc()).limit(1))


@requires(Action.SIGNATURE_VIEW)
def current_png(db: Session, actor: Actor, dossier_id: uuid.UUID, on: date | None = None) -> bytes | None:
    """The person's signature as transparent PNG, for documents, now or at the end of a day; None without one."""
    query = (
        select(SignatureScan)
        .where(SignatureScan.dossier_id == dossier_id, SignatureScan.signature.is_not(None))
        .order_by(SignatureScan.id.desc())
        .limit(1)
        .options(undefer(SignatureScan.signature))
    )
    if on is not None:
        query = query.where(SignatureScan.uploaded_at < _end_of(on))
    scan = db.scalar(query)
    return None if scan is None else scan.signature


def _end_of(day: date) -> datetime:
    """The moment a day ends here."""
    return datetime.combine(day + timedelta(days=1), time()).astimezone()
