"""The records of a file, whatever their category."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.access.rights import Action, Actor, forbidden, requires
from app.dossiers.holding import BORN
from app.dossiers.service import today
from app.errors import FieldErrors
from app.records import adding, life, trash
from app.validation import clean, is_before
from data.models import Record, categories, category
from data.models.declaration import Category
from data.unit import revocable


@dataclass(frozen=True)
class Comparison:
    """A record as it is stored now, and the fields in which a form differs from it."""

    version: int
    kept: Mapping[str, object]
    differing: tuple[str, ...]


MOST_ROWS = 500
"""Nobody has more records of one category; a list never reads further."""


@requires(Action.RECORD_VIEW)
def listing(db: Session, actor: Actor, dossier_id: uuid.UUID, category: Category) -> list[Record]:
    """The records of a category, in the order they were entered."""
    return _listing(db, dossier_id, category)


@requires(Action.RECORD_VIEW)
def of_file(db: Session, actor: Actor, dossier_id: uuid.UUID) -> dict[str, list[Record]]:
    """All records of a file by category, each in that order."""
    return {each.key: _listing(db, dossier_id, each) for each in categories()}


@requires(Action.RECORD_VIEW)
def get(db: Session, actor: Actor, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> Record:
    """One record of the file. Raises UserError (`gone`)."""
    return life.record_of(db, dossier_id, category, record_id)


@requires(Action.RECORD_EDIT)
def create(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    typed: Mapping[str, object],
) -> uuid.UUID:
    """A new record's id: `record_id` was given to the form, so that a form sent twice makes one record. Raises FieldErrors."""
    _must_be_editable(category)
    try:
        values = clean(category.fields, typed, today=today())
    except FieldErrors:
        # What is wrong beside the date of birth is told at once with the rest.
        clean(category.fields, typed, today=today(), birth_date=_birth_date(db, dossier_id))
        raise
    with revocable(db) as take_back:
        row = {"id": record_id, "dossier_id": dossier_id, **values, "review_state": life.first_state(db, category)}
        sent = adding.Adding(db, category, row)
        birth_date = sent.birth_date()
        too_early, is_new = is_before(birth_date, values), sent.is_new()
        if too_early or not is_new:
            take_back()
        else:
            sent.settle()
    if too_early:
        clean(category.fields, typed, today=today(), birth_date=birth_date)
    if not is_new:
        life.record_of(db, dossier_id, category, record_id)  # the same form sent twice, or somebody else's record
    return record_id


@requires(Action.RECORD_EDIT)
def update(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    version: int,
    typed: Mapping[str, object],
) -> Record:
    """Change a record that was read at `version`. Raises FieldErrors; UserError (`gone`, `changed_meanwhile`)."""
    _must_be_editable(category)
    record, changed = changed_by(db, dossier_id, category, record_id, typed)
    if record.version != version:
        if not changed:
            return record  # the same form sent twice
        raise life.changed_meanwhile()
    for key, value in changed.items():
        setattr(record, key, value)
    if changed:
        life.touch(db, category, record)
    return record


@requires(Action.RECORD_EDIT)
def compare(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    typed: Mapping[str, object],
) -> Comparison:
    """What was typed beside what somebody else saved meanwhile. Raises FieldErrors; UserError (`gone`)."""
    values = clean(category.fields, typed, today=today(), birth_date=_birth_date(db, dossier_id))
    record = life.record_of(db, dossier_id, category, record_id)
    kept = {field.key: getattr(record, field.key) for field in category.fields}
    return Comparison(record.version, kept, tuple(key for key in kept if kept[key] != values[key]))


@requires(Action.RECORD_EDIT)
def delete(db: Session, actor: Actor, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> None:
    """Put a record with its attachment into the trash. Raises UserError (`gone`)."""
    _must_be_editable(category)
    try:
        trash.put(db, actor, category, life.record_of(db, dossier_id, category, record_id))
    except StaleDataError:
        raise life.gone() from None


@requires(Action.RECORD_IMPORT)
def import_row(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    row: Mapping[str, object],
) -> Record:
    """Add a checked row of any category to a file: the import itself approves it. Raises FieldErrors."""
    values = clean(category.fields, row, today=today(), birth_date=_birth_date(db, dossier_id))
    record: Record = category.model(dossier_id=dossier_id, **values)
    life.stand(record)
    db.add(record)
    return record


def changed_by(
    db: Session, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID, typed: Mapping[str, object]
) -> tuple[Record, dict[str, object]]:
    """A record, with the cleaned values in which a form differs from it. Raises FieldErrors; UserError (`gone`)."""
    values = clean(category.fields, typed, today=today(), birth_date=_birth_date(db, dossier_id))
    record = life.record_of(db, dossier_id, category, record_id)
    return record, {key: value for key, value in values.items() if getattr(record, key) != value}


def _listing(db: Session, dossier_id: uuid.UUID, category: Category) -> list[Record]:
    return list(db.scalars(_of_dossier(category.key), {"dossier": dossier_id}))


@cache
def _of_dossier(key: str) -> Select[Record]:
    """Made once: making it takes more than a third of the time of such a reading."""
    model = category(key).model
    return select(model).where(model.dossier_id == bindparam("dossier")).order_by(model.id).limit(MOST_ROWS)


def _must_be_editable(category: Category) -> None:
    if not category.editable:
        raise forbidden()


def _birth_date(db: Session, dossier_id: uuid.UUID) -> date | None:
    return next((born for (born,) in BORN.all(db.connection(), dossier=dossier_id)), None)
