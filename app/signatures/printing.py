"""Sheets for many people in one PDF, in the order of their list."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers.service import today
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.signatures.fonts import font_chain, missing_characters
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


def as_pdf(sheets: Iterable[SheetData], *, open_print_dialog: bool = False) -> bytes:
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


def without_glyph(sheets: Iterable[SheetData]) -> list[str]:
    """The characters of names that no font here has: a box with their code stands in their place."""
    return missing_characters((sheet.name for sheet in sheets), font_chain(settings().font_folder))


def glyph_missing(characters: Iterable[str]) -> str:
    """What is told about them, with what to do."""
    listed = "、".join(f"{char}（U+{ord(char):04X}）" for char in characters)
    return _(
        "服务器上没有这些字的字体，采集表上印成了方框：{listed}。请安装 fonts-babelstone-han 或设置 CONGYE_FONT_FOLDER"
    ).format(listed=listed)
