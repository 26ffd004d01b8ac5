"""A file is erased at the very moment in which something is written to it: whoever does that is told that it is gone."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import preferences
from app.access.rights import SYSTEM, Actor
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.audit.chain import Check
from app.dossiers import erasure
from app.dossiers import service as dossiers
from app.errors import UserError
from app.records import correction, review, trash
from app.records import service as records
from app.signatures import service as signatures
from app.signatures.service import Examined
from data.engine import Database
from data.models import Dossier, TrashItem
from data.models.base import new_id
from tests.attachments.pictures import conforming_jpg
from tests.people import ADMINISTRATOR, CLERK, EDUCATION, REVIEWER, WORK
from tests.records.filing import SCHOOLING, WORKING, add_education, add_work

SECONDS = 0.3
PREPARED = prepare(conforming_jpg())
Way = Callable[[Session, Actor, uuid.UUID], object]
"""Writes to the owner's file, where there is an education with this id, and something in the trash."""


def create_later(db: Session, owner: Actor, _record: uuid.UUID) -> object:
    preferences.current(db)  # so that it does not begin its transaction
    return records.create(db, owner, owner.dossier_id, WORKING, new_id(), WORK)


def restore(db: Session, owner: Actor, _record: uuid.UUID) -> object:
    item = db.scalar(select(TrashItem.id).where(TrashItem.dossier_id == owner.dossier_id))
    return trash.restore(db, owner, owner.dossier_id, item or new_id())


WAYS: dict[str, Way] = {
    "create": lambda db, owner, _: records.create(db, owner, owner.dossier_id, WORKING, new_id(), WORK),
    "create later": create_later,
    "update": lambda db, owner, record: records.update(
        db, owner, owner.dossier_id, SCHOOLING, record, 1, {**EDUCATION, "school": "另一所大学"}
    ),
    "correct": lambda db, owner, record: correction.correct(
        db, REVIEWER, owner.dossier_id, SCHOOLING, record, 1, {**EDUCATION, "school": "另一所大学"}, reason="核对"
    ),
    "delete": lambda db, owner, record: records.delete(db, owner, owner.dossier_id, SCHOOLING, record),
    "restore": restore,
    "import": lambda db, owner, _: records.import_row(db, SYSTEM, owner.dossier_id, WORKING, WORK),
    "attach": lambda db, owner, record: attachments.add(
        db, owner, owner.dossier_id, SCHOOLING, record, "毕业证书", PREPARED
    ),
    "hand in": lambda db, owner, record: review.submit(db, owner, owner.dossier_id, SCHOOLING, record),
    "scan": lambda db, owner, _: signatures.keep(
        db, owner, owner.dossier_id, Examined(None, conforming_jpg(), None, (), has_box=True)
    ),
    "sheet": lambda db, owner, _: signatures.print_sheet(db, owner, owner.dossier_id),
    "mobile": lambda db, owner, _: dossiers.change_mobile(db, CLERK, owner.dossier_id, "13900000009"),
    "close": lambda db, owner, _: dossiers.close_file(db, ADMINISTRATOR, owner.dossier_id, "本人申请"),
    "reopen": lambda db, owner, _: dossiers.reopen_file(db, ADMINISTRATOR, owner.dossier_id, "本人申请"),
}


@pytest.fixture
def erasing(database: Database, dossier: Dossier, owner: Actor) -> Iterator[uuid.UUID]:
    """A record of the owner's file, which is erased meanwhile: all of it is done but the commit, which comes soon."""
    record, removed = add_education(database, owner), add_work(database, owner)
    with database.write() as db:
        records.delete(db, owner, dossier.id, WORKING, removed)
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    erased = threading.Event()

    def erase() -> None:
        with database.write() as db:
            erasure.erase(db, ADMINISTRATOR, dossier.id, "本人申请")
            erased.set()
            time.sleep(SECONDS)

    other = threading.Thread(target=erase)
    other.start()
    assert erased.wait(10)
    yield record
    other.join()


@pytest.mark.parametrize("way", WAYS)
def test_it_is_told_and_nothing_is_left(way: str, database: Database, owner: Actor, erasing: uuid.UUID) -> None:
    with pytest.raises(UserError) as refused, database.write() as db:
        WAYS[way](db, owner, erasing)
    # PostgreSQL says of a row that another one has just deleted only that it is not as it was read.
    expected = {"gone"} if database.engine.dialect.name == "sqlite" else {"gone", "changed_meanwhile"}
    assert refused.value.code in expected
    with database.read() as db:
        assert not list(Check(db))
        with pytest.raises(UserError, match="gone"):
            dossiers.view(db, CLERK, owner.dossier_id)


@pytest.mark.parametrize("way", ["create", "create later", "import", "scan"])
def test_what_is_told_of_the_file_says_so(way: str, database: Database, owner: Actor, erasing: uuid.UUID) -> None:
    with pytest.raises(UserError) as refused, database.write() as db:
        WAYS[way](db, owner, erasing)
    assert refused.value.message == "这份档案已不存在，可能刚被彻底删除，刚才的操作没有保存"
