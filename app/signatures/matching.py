"""Whose sheet was read: from the signed number on the paper to the person's file."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.signatures.reading import ScanReading
from app.signatures.tokens import open_token
from data.models import SignatureSheet
from data.vault import vault


@dataclass(frozen=True)
class Match:
    """The person and the sheet of a page, None where they are not known, and all that is to be told about it."""

    dossier_id: uuid.UUID | None
    sheet_id: uuid.UUID | None
    problems: tuple[str, ...]


def match(db: Session, reading: ScanReading) -> Match:
    """Problems added to the reading's: `outdated_sheet`, and `foreign_qr` for a number that is in no list of ours."""
    opened = open_token(reading.token, vault().keyring.tokens) if reading.token else None
    if opened is None:
        return Match(None, None, reading.problems)
    sheet = db.get(SignatureSheet, uuid.UUID(bytes=opened))
    if sheet is None:
        return Match(None, None, ("foreign_qr", *reading.problems))
    newer = select(SignatureSheet.id).where(SignatureSheet.dossier_id == sheet.dossier_id, SignatureSheet.id > sheet.id)
    outdated = ("outdated_sheet",) if db.scalar(newer.limit(1)) is not None else ()
    return Match(sheet.dossier_id, sheet.id, outdated + reading.problems)
