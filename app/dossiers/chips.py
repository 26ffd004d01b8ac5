"""Resident cards on a bare contactless reader: the chip's serial, kept as a keyed hash, finds the person's file."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers.documents import CARDS, normalise_number
from app.errors import UserError
from app.locale import _
from data.models import Dossier
from data.models.dossier import chip_index, number_index
from devices.sources import ChipSerial


@requires(Action.DOSSIER_SEARCH)
def file_of(db: Session, actor: Actor, chip: ChipSerial) -> Dossier | None:
    """The file that a chip belongs to, once it was bound."""
    return db.scalar(select(Dossier).where(Dossier.chip_index == chip_index(chip.value)))


@requires(Action.DOSSIER_OPEN)
def bind(db: Session, actor: Actor, chip: ChipSerial, number: str) -> Dossier:
    """Let a chip open the file of the card's number from now on. Raises UserError where there is no such file."""
    wanted = number_index(normalise_number(number))
    dossier = db.scalar(select(Dossier).where(Dossier.number_index == wanted, Dossier.document_type.in_(CARDS)))
    if dossier is None:
        raise UserError("no_file", _("这个证件号还没有档案，请先在「其他证件」中录入建档"))
    index = chip_index(chip.value)
    former = db.scalar(select(Dossier).where(Dossier.chip_index == index))
    if former is not None and former.id != dossier.id:
        former.chip_index = None
        db.flush()
    dossier.chip_index = index
    return dossier
