"""The queue: oldest first, filtered, and never the same record for two reviewers."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access.rights import Actor
from app.attachments import service as attachments
from app.records import queue, review
from app.records import service as records
from app.records.cases import case_of
from app.records.queue import Filter, Place
from data.clock import database_now
from data.engine import Database
from data.models import ReviewItem
from tests.people import EDUCATION, REVIEWER, WORK
from tests.plans import plan_of
from tests.records.filing import (
    SCHOOLING,
    SECOND_REVIEWER,
    WORKING,
    add_education,
    add_work,
    approve,
    attach,
    certificate,
    give_back,
    hand_in,
    stored,
)


@pytest.fixture
def three(database: Database, owner: Actor) -> list[uuid.UUID]:
    """Three records handed in one after the other."""
    ids = []
    for position in ("一", "二", "三"):
        ids.append(add_work(database, owner, position=position))
        hand_in(database, owner)
    return ids


def listed(database: Database, wanted: Filter) -> list[uuid.UUID]:
    with database.read() as db:
        return [line.item.record_id for line in queue.waiting(db, REVIEWER, wanted)]


def claimed(database: Database, by: Actor, after: Place | None = None) -> uuid.UUID | None:
    with database.write() as db:
        item = queue.claim_next(db, by, Filter(), after)
        return None if item is None else item.record_id


def test_the_oldest_comes_first_and_the_number_is_told(database: Database, three: list[uuid.UUID]) -> None:
    assert listed(database, Filter()) == three
    with database.read() as db:
        assert queue.count(db, REVIEWER, Filter()) == 3
        first, *others = queue.waiting(db, REVIEWER, Filter())
        assert first.person == "张三丰"
        further = queue.waiting(db, REVIEWER, Filter(), Place.of(first.item))
        assert [line.item.record_id for line in further] == [line.item.record_id for line in others]


def test_filters_narrow_the_queue_and_combine(database: Database, owner: Actor, three: list[uuid.UUID]) -> None:
    schooling = add_education(database, owner)
    hand_in(database, owner)
    assert listed(database, Filter(category="education")) == [schooling]
    assert listed(database, Filter(company=str(WORK["employer"]))) == [*three, schooling]
    assert listed(database, Filter(company="别的公司")) == []
    with database.write() as db:
        earlier = ReviewItem.submitted_at
        row = update(ReviewItem).where(ReviewItem.record_id == three[1])
        at = db.scalar(select(earlier).where(ReviewItem.record_id == three[1]))
        assert at is not None
        db.execute(row.values(submitted_at=at - timedelta(days=8)))
    assert listed(database, Filter(older_than_days=7)) == [three[1]]
    assert listed(database, Filter(category="education", older_than_days=7)) == []
    with database.read() as db:
        assert queue.companies(db, REVIEWER) == [WORK["employer"]]


def test_what_comes_back_is_found_by_its_reviewer(database: Database, owner: Actor, three: list[uuid.UUID]) -> None:
    give_back(database, three[0])
    with database.write() as db:
        review.submit(db, owner, owner.dossier_id, WORKING, three[0])
    assert listed(database, Filter(reviewer_id=REVIEWER.subject_id)) == [three[0]]
    assert listed(database, Filter(reviewer_id=SECOND_REVIEWER.subject_id)) == []


def test_two_reviewers_never_get_the_same_record(database: Database, three: list[uuid.UUID]) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda by: claimed(database, by), (REVIEWER, SECOND_REVIEWER)))
    assert set(both) == set(three[:2])
    assert claimed(database, REVIEWER) in three[:2]


def test_the_next_one_lies_behind_the_place(database: Database, three: list[uuid.UUID]) -> None:
    with database.write() as db:
        first = queue.claim_next(db, REVIEWER, Filter())
        assert first is not None
        place = Place.of(first)
    assert claimed(database, REVIEWER, place) == three[1]


def test_a_claim_ends_by_itself_and_when_it_is_given_up(database: Database, three: list[uuid.UUID]) -> None:
    claimed(database, REVIEWER)
    assert claimed(database, SECOND_REVIEWER) == three[1]
    with database.write() as db:
        queue.release(db, SECOND_REVIEWER)
        mine = update(ReviewItem).where(ReviewItem.claimed_by == REVIEWER.subject_id)
        at = db.scalar(select(ReviewItem.claimed_until).where(ReviewItem.record_id == three[0]))
        assert at is not None
        db.execute(mine.values(claimed_until=at - timedelta(days=1)))
    assert claimed(database, SECOND_REVIEWER) == three[0]


def test_a_case_marks_what_changed_since_the_approval(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    attach(database, owner, record_id, certificate(1))
    add_work(database, owner)
    hand_in(database, owner)
    approve(database, record_id, "education")
    version = stored(database, record_id, "education").version
    with database.write() as db:
        changed = {**EDUCATION, "school": "另一大学"}
        records.update(db, owner, owner.dossier_id, SCHOOLING, record_id, version, changed)
        attachments.remove(db, owner, owner.dossier_id, record_id)
    attach(database, owner, record_id, certificate(2))
    hand_in(database, owner)
    with database.write() as db:
        item = queue.claim_one(db, REVIEWER, record_id)
        assert item is not None
        case = case_of(db, REVIEWER, item)
    assert case is not None
    assert [(field.name, field.value, field.former) for field in case.fields if field.former is not None] == [
        ("学校名称", "另一大学", "某某大学")
    ]
    assert case.picture is not None
    assert case.former_picture is not None
    assert case.picture[1] != case.former_picture[1]
    assert [title for title, _lines in case.others] == ["工作经历"]
    assert [earlier.outcome for earlier in case.earlier] == ["approved"]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(category="work"),
        Filter(company="某建设工程有限公司"),
        Filter(reviewer_id=uuid.UUID(int=9)),
    ],
)
def test_a_page_of_the_queue_comes_out_of_an_index(database: Database, wanted: Filter) -> None:
    with database.read() as db:
        now = database_now(db)
        place = Place(now, uuid.UUID(int=1))
        plan = plan_of(db, queue.narrowed(select(ReviewItem.id), wanted, place, now).limit(50))
    assert "ix_review_item" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan
