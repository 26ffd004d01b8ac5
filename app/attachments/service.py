"""Attachments of records: one each, a conforming JPG that we encoded ourselves."""

import hashlib
import uuid

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, forbidden, requires
from app.attachments.prepared import Prepared
from app.dossiers.service import today
from app.errors import UserError
from app.locale import _
from app.records import life, trash
from app.validation import clean, item_of
from data.models import Attachment, Record, category
from data.models.declaration import Category, Field

TITLE = Field("text", "文件标题", "Title", key="title", required=True, max_length=60)
_OF_DOSSIER = select(Attachment.record_id).where(Attachment.dossier_id == bindparam("dossier"))


@requires(Action.ATTACHMENT_VIEW)
def attached(db: Session, actor: Actor, dossier_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The ids of the records of a file that have an attachment."""
    return frozenset(db.scalars(_OF_DOSSIER, {"dossier": dossier_id}))


@requires(Action.ATTACHMENT_VIEW)
def of_record(db: Session, actor: Actor, dossier_id: uuid.UUID, record_id: uuid.UUID) -> Attachment | None:
    """The attachment of a record with its bytes."""
    return _find(db, dossier_id, record_id)


@requires(Action.ATTACHMENT_EDIT)
def add(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    title: str,
    prepared: Prepared,
) -> Attachment:
    """Keep a file that was made ready before this transaction. Raises FieldErrors (title), UserError (a second one)."""
    if not (category.attachment and category.editable):
        raise forbidden()
    values = clean((TITLE,), {"title": title}, today=today())
    record = _record(db, dossier_id, category, record_id)
    if record is None:
        raise UserError("gone", _("这条记录已不存在，可能刚在另一个窗口被删除"))
    if _find(db, dossier_id, record_id) is not None:
        raise only_one(category)
    attachment = Attachment(
        dossier_id=dossier_id,
        category=category.key,
        record_id=record_id,
        title=str(values["title"]),
        content=prepared.content,
        sha256=hashlib.sha256(prepared.content).digest(),
        bytes_stored=len(prepared.content),
        width=prepared.width,
        height=prepared.height,
        dpi=prepared.dpi,
        **prepared.looks,
    )
    db.add(attachment)
    life.touch(db, category, record)
    return attachment


@requires(Action.ATTACHMENT_EDIT)
def remove(db: Session, actor: Actor, dossier_id: uuid.UUID, record_id: uuid.UUID) -> None:
    """Put the attachment of a record into the trash; without one nothing happens."""
    attachment = _find(db, dossier_id, record_id)
    if attachment is None:
        return
    of = category(attachment.category)
    record = _record(db, dossier_id, of, record_id)
    trash.put_attachment(db, actor, of, attachment, record)
    if record is not None:
        life.touch(db, of, record)


def only_one(category: Category) -> UserError:
    """The guide's message."""
    name = item_of(category)
    message = _("只能上传一张{name}附件，重新上传请先删除已有{name}附件")
    return UserError("only_one", message.format(name=name))


def _record(db: Session, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> Record | None:
    model = category.model
    found: Record | None = db.scalar(select(model).where(model.id == record_id, model.dossier_id == dossier_id))
    return found


def _find(db: Session, dossier_id: uuid.UUID, record_id: uuid.UUID) -> Attachment | None:
    query = select(Attachment).where(Attachment.record_id == record_id, Attachment.dossier_id == dossier_id)
    return db.scalar(query.options(undefer(Attachment.content)))
