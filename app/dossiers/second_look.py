"""Documents typed in by hand, checked a second time: the number twice, or the whole document by another clerk."""

import uuid
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app import preferences
from app.access.rights import Action, Actor, forbidden, requires
from app.dossiers import service as dossiers
from app.dossiers.documents import normalise_number
from app.dossiers.search import PAGE_SIZE
from app.errors import FieldErrors, UserError
from app.locale import _
from data.models import PendingEntry, StaffAccount


@requires(Action.DOSSIER_OPEN)
def enter(
    db: Session,
    actor: Actor,
    identity: Mapping[str, object],
    *,
    number_again: str,
    photo: bytes | None,
    mobile: str,
) -> dossiers.Opened | PendingEntry:
    """Open the file of a document typed in, or keep the entry for another clerk, as the installation has set it.

    Raises FieldErrors, `number_again` among them where the two numbers differ.
    """
    if not preferences.current(db).second_clerk:
        if normalise_number(number_again) != normalise_number(str(identity.get("number") or "")):
            # The form is checked as a whole, so that all mistakes are told at once.
            errors = dossiers.mistakes(identity, mobile)
            raise FieldErrors(errors | {"number_again": _("两次填写的证件号码不一致，请对照证件重新填写")})
        return dossiers.open_file(db, actor, identity, photo=photo, mobile=mobile, source="manual")
    if errors := dossiers.mistakes(identity, mobile):
        raise FieldErrors(errors)
    if actor.subject_id is None:
        raise forbidden()
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in identity.items()}
    entry = PendingEntry(entered_by=actor.subject_id, identity=plain, photo=photo, mobile=mobile)
    db.add(entry)
    db.flush()
    return entry


@requires(Action.DOSSIER_OPEN)
def waiting(db: Session, actor: Actor) -> list[tuple[PendingEntry, str]]:
    """Entries that wait (50), oldest first, each with the name of the clerk who made it; photos with them."""
    query = (
        select(PendingEntry, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == PendingEntry.entered_by)
        .options(undefer(PendingEntry.photo))
    )
    rows = db.execute(query.order_by(PendingEntry.id).limit(PAGE_SIZE))
    return [(entry, name or "") for entry, name in rows]


@requires(Action.DOSSIER_OPEN)
def confirm(db: Session, actor: Actor, entry_id: uuid.UUID, number: str) -> dossiers.Opened:
    """Open the file after another clerk compared it with the original and typed its number. Raises UserError."""
    entry = _entry(db, entry_id)
    if entry.entered_by == actor.subject_id:
        raise UserError("same_clerk", _("录入人不能复核自己录入的证件，请由另一位受理人员复核"))
    if normalise_number(number) != normalise_number(str(entry.identity["number"])):
        raise UserError("number_differs", _("证件号码与录入的不一致，请对照证件；录入有误请退回重录"))
    opened = dossiers.open_file(db, actor, entry.identity, photo=entry.photo, mobile=entry.mobile, source="manual")
    db.delete(entry)
    return opened


@requires(Action.DOSSIER_OPEN)
def withdraw(db: Session, actor: Actor, entry_id: uuid.UUID) -> None:
    """Take an entry back: by the clerk who made it, or by the one who found a mistake. Raises UserError."""
    db.delete(_entry(db, entry_id))


def _entry(db: Session, entry_id: uuid.UUID) -> PendingEntry:
    entry = db.get(PendingEntry, entry_id)
    if entry is None:
        raise UserError("gone", _("这条录入已被处理，请刷新页面"))
    return entry
