"""The search index while several write at once: whoever comes first, it is what a rebuild makes of the files."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Actor
from app.dossiers import erasure, tally
from app.dossiers import service as dossiers
from app.dossiers.reindex import reindex
from app.records import service as records
from data.engine import Database
from data.models import Dossier, Work, search_entry, search_expiry, search_name, search_posting
from tests.people import ADMINISTRATOR, WORK
from tests.records.filing import WORKING, add_education, add_work

PERSONS = (
    select(search_posting).where(search_posting.c.owner_id.in_(select(Dossier.id))),
    select(search_entry.c.dossier_id, search_entry.c.companies),
    select(search_expiry),
    select(search_name),
)
"""What the index has of people; companies that nobody names any more stay in it until it is built anew."""


def index(database: Database) -> list[object]:
    with database.read() as db:
        rows = [{tuple(row) for row in db.execute(query)} for query in PERSONS]
        return [*rows, tally.counts(db, "holds", "choice", "records")]


def is_as_built_anew(database: Database) -> bool:
    kept = index(database)
    with database.write() as db:
        reindex(db, ADMINISTRATOR)
    return index(database) == kept


def change(database: Database, owner: Actor, record_id: uuid.UUID, **changes: object) -> None:
    with database.write() as db:
        version = db.get_one(Work, record_id).version
        records.update(db, owner, owner.dossier_id, WORKING, record_id, version, {**WORK, **changes})


def remove(database: Database, owner: Actor, record_id: uuid.UUID) -> None:
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, WORKING, record_id)


def beside(database: Database, first: Callable[[Session], object], other: Callable[[], object]) -> None:
    """`other` begins when `first` has written, and before it commits."""
    with ThreadPoolExecutor() as pool:
        with database.write() as db:
            first(db)
            db.flush()
            later = pool.submit(other)
            time.sleep(0.3)  # it waits for the transaction here by then
        later.result()


def test_records_that_are_changed_at_once_keep_both_their_companies(database: Database, owner: Actor) -> None:
    one, other = (add_work(database, owner, employer="甲公司", started_on=date(year, 1, 1)) for year in (2010, 2011))
    add_work(database, owner, employer="甲公司")
    beside(
        database,
        lambda db: records.update(db, owner, owner.dossier_id, WORKING, one, 1, {**WORK, "employer": "乙公司"}),
        lambda: change(database, owner, other, employer="丙公司"),
    )
    assert is_as_built_anew(database)


def test_a_record_that_comes_while_its_like_goes_is_found(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    beside(
        database,
        lambda db: records.delete(db, owner, owner.dossier_id, WORKING, record_id),
        lambda: add_work(database, owner),
    )
    assert is_as_built_anew(database)


def test_a_record_that_goes_while_its_like_comes_leaves_it_found(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    beside(
        database,
        lambda db: records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), WORK),
        lambda: remove(database, owner, record_id),
    )
    assert is_as_built_anew(database)


def test_a_record_that_comes_while_the_index_is_built_anew_is_in_it(database: Database, owner: Actor) -> None:
    add_work(database, owner, employer="甲公司")
    beside(database, lambda db: reindex(db, ADMINISTRATOR), lambda: add_work(database, owner, employer="乙公司"))
    assert is_as_built_anew(database)


def rebuild(database: Database) -> None:
    with database.write() as db:
        reindex(db, ADMINISTRATOR)


def test_the_index_is_built_anew_while_a_record_comes(database: Database, owner: Actor) -> None:
    beside(
        database,
        lambda db: records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), WORK),
        lambda: rebuild(database),
    )
    assert is_as_built_anew(database)


def test_the_index_is_built_anew_while_counts_are_folded(database: Database, owner: Actor) -> None:
    for year in (2010, 2011):
        add_work(database, owner, started_on=date(year, 1, 1))
    before = index(database)
    beside(database, tally.fold, lambda: rebuild(database))
    assert index(database) == before


def test_a_file_is_erased_with_the_record_that_came_meanwhile(database: Database, owner: Actor) -> None:
    def erase() -> None:
        with database.write() as db:
            erasure.erase(db, ADMINISTRATOR, owner.dossier_id, "本人申请")

    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, owner.dossier_id, "本人申请")
    beside(database, lambda db: records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), WORK), erase)
    with database.read() as db:
        assert db.scalars(select(Dossier.id)).all() == db.scalars(select(Work.id)).all() == []
    assert is_as_built_anew(database)


def test_whatever_many_do_to_one_file_the_index_follows(database: Database, owner: Actor) -> None:
    def work(number: int) -> None:
        chance, mine = Random(number), list[uuid.UUID]()
        for turn in range(12):
            employer = f"{chance.randrange(4)}公司"
            match chance.randrange(4) if mine else 0:
                case 0:
                    mine.append(add_work(database, owner, employer=employer))
                case 1:
                    change(database, owner, chance.choice(mine), employer=employer)
                case 2:
                    remove(database, owner, mine.pop(chance.randrange(len(mine))))
                case _:
                    add_education(database, owner, certificate_number=f"{number}-{turn}")

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(work, range(6))) == [None] * 6
    assert is_as_built_anew(database)
