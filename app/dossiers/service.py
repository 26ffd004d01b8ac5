"""Opening a person's file at the window, correcting its identity data, finding it, closing it."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.access import sessions
from app.access.mobiles import parse_mobile
from app.access.rights import Action, Actor, file_gone, requires
from app.audit import trail
from app.dossiers.documents import check_consistency, clean_number, contradictions, normalise_number
from app.errors import FieldErrors, UserError
from app.locale import _
from app.validation import clean, clean_reason
from data.engine import insert_missing
from data.models import Dossier, MobileUse
from data.models.base import new_id, utc_now
from data.models.dossier import IDENTITY_FIELDS, mobile_index, number_index


@dataclass(frozen=True)
class Opened:
    """A file after the window confirmed it: new, or updated in the fields named."""

    dossier: Dossier
    created: bool
    changed: tuple[str, ...]


def today() -> date:
    """Today where the server stands."""
    return date.today()  # noqa: DTZ011  the day of the server's own clock and zone is what is meant


@requires(Action.DOSSIER_OPEN)
def open_file(
    db: Session,
    actor: Actor,
    identity: Mapping[str, object],
    *,
    photo: bytes | None,
    mobile: str,
    source: str,
    contradictions_seen: bool = False,
) -> Opened:
    """Open the file of the person on a document, or update it. Raises FieldErrors.

    `identity` is keyed as `IDENTITY_FIELDS`; `mobile` may be empty; `source` is `card` or `manual`. A chip whose number
    contradicts its own data is kept where the clerk has compared it with the card, `contradictions_seen`: on record.
    """
    as_on_card = contradictions_seen and source == "card"
    values, mobile_number = clean_identity(identity, mobile, as_on_card=as_on_card)
    found = contradictions(values)
    number = str(values.pop("number"))
    dossier = _by_document(db, str(values["document_type"]), number)
    if dossier is not None and dossier.merged_into is not None:
        raise FieldErrors({"number": was_merged()})
    created = dossier is None
    if dossier is None:
        dossier = Dossier(source=source)
        dossier.set_number(number)
        db.add(dossier)
    # One flush for all of it, so that one reading is one row of the trail.
    with db.no_autoflush:
        changed = [key for key, value in values.items() if getattr(dossier, key) != value]
        for key in changed:
            setattr(dossier, key, values[key])
        if photo is not None and photo != dossier.photo:
            dossier.photo = photo
            changed.append("photo")
        if changed:
            dossier.source = source
        if mobile_number and mobile_number != dossier.mobile:
            _set_mobile(db, dossier, mobile_number)
            changed.append("mobile")
    if found and changed:
        db.flush()
        trail.note(
            db, actor, Action.DOSSIER_OPEN, "dossier", dossier.id, dossier_id=dossier.id,
            after={"contradictions": list(found)},
        )  # fmt: skip
    return Opened(dossier, created, tuple(changed))


@requires(Action.MOBILE_CHANGE)
def change_mobile(db: Session, actor: Actor, dossier_id: uuid.UUID, mobile: str) -> None:
    """Record another mobile at the window; log-ins with the old one end. Raises UserError."""
    dossier = _unmerged(db, dossier_id)
    number = parse_mobile(mobile)
    if number != dossier.mobile:
        _set_mobile(db, dossier, number)
        sessions.end_all(db, dossier_id)


@requires(Action.DOSSIER_CLOSE)
def close_file(db: Session, actor: Actor, dossier_id: uuid.UUID, reason: str) -> None:
    """Close a file: its log-ins end, nobody can log in again. Raises FieldErrors (`reason`)."""
    _set_state(db, dossier_id, "closed", reason)
    sessions.end_all(db, dossier_id)


@requires(Action.DOSSIER_REOPEN)
def reopen_file(db: Session, actor: Actor, dossier_id: uuid.UUID, reason: str) -> None:
    """Open a closed file again: the person can log in as before. Raises FieldErrors (`reason`), UserError (`merged`)."""
    _unmerged(db, dossier_id)
    _set_state(db, dossier_id, "open", reason)


@requires(Action.DOSSIER_VIEW)
def view(db: Session, actor: Actor, dossier_id: uuid.UUID) -> Dossier:
    """A file's identity data with the photo. Raises UserError (`gone`)."""
    return there(db.get(Dossier, dossier_id, options=[undefer(Dossier.photo)]))


@requires(Action.DOSSIER_OPEN)
def known_person(db: Session, actor: Actor, document_type: str, number: str) -> Dossier | None:
    """The file that a card on the reader belongs to, if there is one."""
    return _by_document(db, document_type, normalise_number(number), with_photo=True)


def mistakes(identity: Mapping[str, object], mobile: str) -> dict[str, str]:
    """What is wrong with identity data and a mobile, by field, without opening anything."""
    try:
        clean_identity(identity, mobile)
    except FieldErrors as error:
        return dict(error.fields)
    return {}


def clean_identity(
    identity: Mapping[str, object], mobile: str, *, as_on_card: bool = False
) -> tuple[dict[str, object], str]:
    """Identity fields and mobile (E.164, or empty) as they are stored. Raises FieldErrors.

    `as_on_card` takes a number that contradicts birth, sex or its check digit.
    """
    errors: dict[str, str] = {}
    values: dict[str, object] = {}
    mobile_number = ""
    try:
        values = clean(IDENTITY_FIELDS.values(), identity, today=today())
        values["number"] = clean_number(str(values["document_type"]), str(values["number"]), as_on_card=as_on_card)
        if not as_on_card:
            check_consistency(values)
    except FieldErrors as error:
        errors |= error.fields
    except UserError as error:
        errors["number"] = error.message
    try:
        mobile_number = parse_mobile(mobile) if mobile.strip() else ""
    except UserError as error:
        errors["mobile"] = error.message
    if errors:
        raise FieldErrors(errors)
    return values, mobile_number


def bind_mobile(db: Session, dossier: Dossier, mobile: str, how: str) -> None:
    """Open self-service with a mobile (E.164). Raises UserError when it is another person's."""
    refuse_taken(db, dossier.id, mobile)
    dossier.set_mobile(mobile)
    dossier.self_service = how
    db.flush()
    note_mobile_use(db, [dossier])


def note_mobile_use(db: Session, bound: Iterable[Dossier]) -> None:
    """Keep in mind which mobiles these files (already in the database) are bound to; what is known stays as it is."""
    now = utc_now()
    rows = [
        {"id": new_id(), "mobile_index": each.mobile_index, "dossier_id": each.id, "bound_at": now}
        for each in bound
        if each.mobile_index is not None
    ]
    insert_missing(db, MobileUse.__table__, rows)  # type: ignore[arg-type]


def there(dossier: Dossier | None) -> Dossier:
    """A file that was asked for. Raises UserError (`gone`)."""
    if dossier is None:
        raise file_gone()
    return dossier


def was_merged() -> str:
    """Why nothing is done any more with a file that was brought into another."""
    return _("这份证件的档案已并入本人的另一份档案，请使用那一份")


def refuse_taken(db: Session, dossier_id: uuid.UUID | None, mobile: str) -> None:
    """Raise UserError (`mobile_taken`) when the mobile is bound to another file than this."""
    other = db.scalar(select(Dossier.id).where(Dossier.mobile_index == mobile_index(mobile)))
    if other is not None and other != dossier_id:
        raise UserError("mobile_taken", _("该手机号已注册过个人短信用户，无法重复注册"))


def _unmerged(db: Session, dossier_id: uuid.UUID) -> Dossier:
    """The file, to be changed, unless it was brought into another. Raises UserError (`merged`, `gone`)."""
    dossier = _to_change(db, dossier_id)
    if dossier.merged_into is not None:
        raise UserError("merged", was_merged())
    return dossier


def _set_mobile(db: Session, dossier: Dossier, mobile: str) -> None:
    try:
        bind_mobile(db, dossier, mobile, "window")
    except UserError as error:
        raise FieldErrors({"mobile": error.message}) from None


def _set_state(db: Session, dossier_id: uuid.UUID, state: str, reason: str) -> None:
    text = clean_reason(reason)
    dossier = _to_change(db, dossier_id)
    dossier.state, dossier.state_reason = state, text


def _to_change(db: Session, dossier_id: uuid.UUID) -> Dossier:
    """The file, which nobody else changes or erases until the transaction ends. Raises UserError (`gone`)."""
    return there(db.get(Dossier, dossier_id, with_for_update={"key_share": True}))


def _by_document(db: Session, document_type: str, number: str, *, with_photo: bool = False) -> Dossier | None:
    query = select(Dossier).where(Dossier.number_index == number_index(number), Dossier.document_type == document_type)
    return db.scalar(query.options(undefer(Dossier.photo)) if with_photo else query)
