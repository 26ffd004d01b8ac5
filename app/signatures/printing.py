"""Sheets for many people in one PDF, in the order of their list."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers.service import today
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.signatures.sheet import SheetData, sheet_pdf
from app.signatures.tokens import make_token
from data.models import Dossier, SignatureSheet
from data.vault import vault


@requires(Action.SIGNATURE_COLLECT)
def number_sheets(db: Session, actor: Actor, dossier_ids: Sequence[uuid.UUID]) -> list[SheetData]:
    """A new sheet for each of these people, in this order. Raises UserError (`gone`) for one who has no file."""
    people = {row.id: row for row in db.scalars(select(Dossier).where(Dossier.id.in_(dossier_ids)))}
    if len(people) < len(set(dossier_ids)):
        raise UserError("gone", _("没有这份档案"))
    sheets = [SignatureSheet(dossier_id=dossier_id) for dossier_id in dossier_ids]
    db.add_all(sheets)
    db.flush()
    key = vault().keyring.tokens
    return [
        SheetData(people[sheet.dossier_id].name, people[sheet.dossier_id].number, make_token(sheet.id.bytes, key))
        for sheet in sheets
    ]


def as_pdf(sheets: Sequence[SheetData], *, open_print_dialog: bool = False) -> bytes:
    """The sheets with this installation's city and organisation. Raises UserError `no_chinese_font`."""
    config = settings()
    return sheet_pdf(
        sheets,
        config.city,
        organisation=config.organisation,
        printed_on=today(),
        open_print_dialog=open_print_dialog,
        font_folder=config.font_folder,
    )
