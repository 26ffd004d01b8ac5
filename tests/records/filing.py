"""What the tests of records do again and again: enter, attach, hand in, decide."""

import uuid
from io import BytesIO

from PIL import Image, ImageDraw

from app.access.rights import Actor, Role
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.records import life, review
from app.records import service as records
from data.engine import Database
from data.models import Decision, Record, category
from tests.people import EDUCATION, REVIEWER, WORK

SCHOOLING = category("education")
WORKING = category("work")
SECOND_REVIEWER = Actor(Role.REVIEWER, uuid.UUID(int=22), name="另一审核")


def add_work(database: Database, owner: Actor, **changes: object) -> uuid.UUID:
    """A draft of work experience."""
    with database.write() as db:
        return records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), {**WORK, **changes})


def add_education(database: Database, owner: Actor, **changes: object) -> uuid.UUID:
    """A draft of an education certificate."""
    with database.write() as db:
        return records.create(db, owner, owner.dossier_id, SCHOOLING, uuid.uuid4(), {**EDUCATION, **changes})


def hand_in(database: Database, owner: Actor) -> int:
    """Hand in all drafts."""
    with database.write() as db:
        return review.submit_all(db, owner, owner.dossier_id)


def seen(database: Database, record_id: uuid.UUID, key: str = "work") -> bytes:
    """The digest of a record as a reviewer who opens it now sees it."""
    with database.read() as db:
        record = db.get_one(category(key).model, record_id)
        sha256 = life.sha256_of(db, [record_id]).get(record_id)
        return life.digest(category(key), record_id, life.content_of(category(key), record), sha256)


def approve(database: Database, record_id: uuid.UUID, key: str = "work", by: Actor = REVIEWER) -> Decision:
    """Approve what stands there now."""
    digest = seen(database, record_id, key)
    with database.write() as db:
        return review.approve(db, by, record_id, digest)


def give_back(database: Database, record_id: uuid.UUID, reason: str = "看不清") -> Decision:
    """Return what stands there now."""
    digest = seen(database, record_id)
    with database.write() as db:
        return review.give_back(db, REVIEWER, record_id, digest, reason)


def stored(database: Database, record_id: uuid.UUID, key: str = "work") -> Record:
    """The record as it is in the database."""
    with database.read() as db:
        found: Record = db.get_one(category(key).model, record_id)
        return found


def attach(database: Database, owner: Actor, record_id: uuid.UUID, content: bytes) -> None:
    """Upload an attachment to an education certificate."""
    prepared = prepare(content)
    with database.write() as db:
        attachments.add(db, owner, owner.dossier_id, SCHOOLING, record_id, "扫描件", prepared)


def certificate(number: int, quality: int = 85) -> bytes:
    """A made-up certificate as a conforming JPG; another number is another picture."""
    picture = Image.new("RGB", (827, 585), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, 797, 555), outline="darkred", width=8)
    for line in range(9):
        start = 80 + (number * 97 + line * 53) % 160
        draw.rectangle(
            (start, 90 + line * 45, start + 200 + (number * 131 + line * 71) % 360, 112 + line * 45), fill="black"
        )
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, dpi=(100, 100))
    return out.getvalue()
