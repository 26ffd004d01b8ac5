"""Records of the demo that wait for review: with their certificates, some changed after an approval, some doubtful."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import SYSTEM
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.demo.certificates import certificate
from app.records import life, review
from app.records import service as records
from data.models import Dossier, Record, categories
from data.models.declaration import Category

EVERY = 4
"""Of so many people, one has handed something in."""
CHANGED_EVERY = 3
"""Of so many of them, one has changed what was approved."""


def hand_in(db: Session, dossier: Dossier, index: int) -> None:
    """Hand in the newest record of each category that one person in four has."""
    if index % EVERY != 1:
        return
    for of in categories():
        record = _newest(db, dossier, of) if of.editable else None
        if record is None:
            continue
        if of.attachment:
            _attach(db, of, record, dossier)
        else:
            _change(db, of, record, "（总承包）")
        review.submit(db, SYSTEM, dossier.id, of, record.id)
        if index % CHANGED_EVERY == 0:
            _approve_and_change(db, of, record)


def _newest(db: Session, dossier: Dossier, of: Category) -> Record | None:
    model = of.model
    found: Record | None = db.scalar(
        select(model).where(model.dossier_id == dossier.id).order_by(model.id.desc()).limit(1)
    )
    return found


def _attach(db: Session, of: Category, record: Record, dossier: Dossier) -> None:
    prepared = prepare(certificate(of, record, dossier.name))
    attachments.add(db, SYSTEM, dossier.id, of, record.id, f"{of.item_zh}扫描件", prepared)


def _approve_and_change(db: Session, of: Category, record: Record) -> None:
    sha256 = life.sha256_of(db, [record.id]).get(record.id)
    digest = life.digest(of, record.id, life.content_of(of, record), sha256)
    review.approve(db, SYSTEM, record.id, digest)
    _change(db, of, record, "（更名）")
    review.submit(db, SYSTEM, record.dossier_id, of, record.id)


def _change(db: Session, of: Category, record: Record, addition: str) -> None:
    first = next(each for each in of.fields if each.kind == "text")
    typed = {each.key: getattr(record, each.key) for each in of.fields}
    typed[first.key] = f"{typed[first.key]}{addition}"
    records.update(db, SYSTEM, record.dossier_id, of, record.id, record.version, typed)
