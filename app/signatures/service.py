"""A practitioner's signature: the printed sheet, its uploaded scan, the signature cut out of it."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.dossiers.service import today
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.signatures.reading import ScanReading, read_scan
from app.signatures.sheet import SheetData, sheet_pdf
from app.signatures.tokens import make_token, open_token
from data.models import Dossier, SignatureScan, SignatureSheet
from data.vault import vault


@requires(Action.SIGNATURE_EDIT)
def print_sheet(db: Session, actor: Actor, dossier_id: uuid.UUID) -> bytes:
    """A new sheet as PDF that opens the print dialog by itself."""
    dossier = db.get_one(Dossier, dossier_id)
    sheet = SignatureSheet(dossier_id=dossier_id)
    db.add(sheet)
    db.flush()
    token = make_token(sheet.id.bytes, vault().keyring.tokens)
    data = SheetData(name=dossier.name, number=dossier.number, token=token)
    config = settings()
    return sheet_pdf(
        [data],
        config.city,
        organisation=config.organisation,
        printed_on=today(),
        open_print_dialog=True,
        font_folder=config.font_folder,
    )


@requires(Action.SIGNATURE_EDIT)
def upload(db: Session, actor: Actor, dossier_id: uuid.UUID, content: bytes, filename: str) -> SignatureScan:
    """Keep the scan of a signed sheet and the signature in it. Raises UserError (unreadable, somebody else's sheet)."""
    reading = read_scan(content, filename, vault().keyring.tokens)
    sheet_id = _own_sheet(db, dossier_id, reading)
    scan = SignatureScan(
        dossier_id=dossier_id,
        sheet_id=sheet_id,
        scan=reading.page_jpeg,
        signature=reading.signature_png,
        problems=" ".join(reading.problems),
    )
    db.add(scan)
    db.flush()
    return scan


@requires(Action.SIGNATURE_VIEW)
def current(db: Session, actor: Actor, dossier_id: uuid.UUID) -> SignatureScan | None:
    """The newest scan with its bytes."""
    query = (
        select(SignatureScan)
        .where(SignatureScan.dossier_id == dossier_id)
        .order_by(SignatureScan.id.desc())
        .limit(1)
        .options(undefer(SignatureScan.scan), undefer(SignatureScan.signature))
    )
    return db.scalar(query)


@requires(Action.SIGNATURE_VIEW)
def uploaded_at(db: Session, actor: Actor, dossier_id: uuid.UUID) -> datetime | None:
    """When the newest scan was uploaded; None without one."""
    query = select(SignatureScan.uploaded_at).where(SignatureScan.dossier_id == dossier_id)
    return db.scalar(query.order_by(SignatureScan.id.desc()).limit(1))


def _own_sheet(db: Session, dossier_id: uuid.UUID, reading: ScanReading) -> uuid.UUID | None:
    """The sheet that was printed for this person; None without a readable number (an old form)."""
    opened = open_token(reading.token, vault().keyring.tokens) if reading.token else None
    if opened is None:
        return None
    sheet = db.get(SignatureSheet, uuid.UUID(bytes=opened))
    if sheet is None or sheet.dossier_id != dossier_id:
        raise UserError("foreign_sheet", _("这张采集表不是为您打印的，请打印自己的采集表，签名后上传"))
    return sheet.id
