"""Hints: each says what a careful colleague would point at, and none speaks without its cause."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import or_, select

from app.access.rights import Actor, Role
from app.attachments.looks import BANDS
from app.dossiers import service as dossiers
from app.dossiers.service import today
from app.records import hints
from app.records import service as records
from data.engine import Database
from data.models import Attachment, MobileUse, Registration, Skill, category
from tests.people import CLERK, EDUCATION, OTHER
from tests.plans import plan_of
from tests.records.filing import add_education, add_work, attach, certificate

TITLE = {
    "title": "G085",
    "major": "建筑工程",
    "committee": "某评审委员会",
    "approved_on": date(2013, 1, 1),
    "review_number": "1",
    "certificate_number": "T1",
    "issuer": "某机构",
    "seal_unit": "某单位",
}
SKILL = {
    "name": "砌筑工",
    "level": "1",
    "trade": "02",
    "certificate_number": "S1",
    "issued_on": date(2015, 1, 1),
    "valid_from": date(2015, 1, 1),
    "valid_to": date(2018, 1, 1),
    "issuer": "某机关",
}


@pytest.fixture
def stranger(database: Database) -> Actor:
    """Another person, logged in."""
    with database.write() as db:
        other = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13800000002", source="card").dossier
    return Actor(Role.PRACTITIONER, other.id)


def codes(database: Database, key: str, record_id: uuid.UUID) -> dict[str, str]:
    with database.read() as db:
        record = db.get_one(category(key).model, record_id)
        attachment = db.scalar(select(Attachment).where(Attachment.record_id == record_id))
        return {hint.code: hint.message for hint in hints.hints_for(db, category(key), record, attachment)}


def add(database: Database, owner: Actor, key: str, values: dict[str, object]) -> uuid.UUID:
    with database.write() as db:
        return records.import_row(db, Actor(Role.SYSTEM), owner.dossier_id, category(key), values).id


def test_a_plain_record_has_no_hints(database: Database, owner: Actor) -> None:
    assert codes(database, "work", add_work(database, owner)) == {}
    assert codes(database, "education", add_education(database, owner)) == {}


def test_the_same_certificate_number_under_two_people(database: Database, owner: Actor, stranger: Actor) -> None:
    add_education(database, stranger)
    found = codes(database, "education", add_education(database, owner))
    assert found == {"same_number": f"证书编号 {EDUCATION['certificate_number']} 也登记在 李四娘 名下"}


def test_the_same_file_and_a_nearly_identical_picture(database: Database, owner: Actor, stranger: Actor) -> None:
    other = add_education(database, stranger, certificate_number="X1")
    attach(database, stranger, other, certificate(1))
    same, alike, different = (add_education(database, owner) for _turn in range(3))
    attach(database, owner, same, certificate(1))
    attach(database, owner, alike, certificate(1, quality=40))
    attach(database, owner, different, certificate(2))
    assert codes(database, "education", same) == {"same_file": "附件与 李四娘 的附件是同一个文件"}
    assert codes(database, "education", alike) == {"same_picture": "附件与 李四娘 的附件看起来几乎相同"}
    assert codes(database, "education", different) == {}


def test_a_mobile_that_wanders_between_people(database: Database, owner: Actor, stranger: Actor) -> None:
    with database.write() as db:
        dossiers.change_mobile(db, CLERK, stranger.dossier_id, "13800000003")
        dossiers.change_mobile(db, CLERK, owner.dossier_id, "13800000002")
    assert codes(database, "work", add_work(database, owner)) == {"shared_mobile": "手机号也曾登记在 李四娘 名下"}


def test_overlapping_jobs_but_not_a_change_of_job(database: Database, owner: Actor) -> None:
    add_work(database, owner, started_on=date(2014, 1, 1), ended_on=date(2016, 1, 20), employer="甲公司")
    after = add_work(database, owner, started_on=date(2016, 1, 1), ended_on=date(2017, 1, 1))
    over = add_work(database, owner, started_on=date(2015, 1, 1), ended_on=date(2016, 1, 10))
    assert codes(database, "work", after) == {}
    assert codes(database, "work", over) == {"overlapping_jobs": "与在 甲公司 的工作重叠 374 天"}


def test_a_title_before_its_degree(database: Database, owner: Actor) -> None:
    early = add(database, owner, "titles", {**TITLE, "approved_on": date(2011, 1, 1)})
    assert codes(database, "titles", early) == {}
    add_education(database, owner)
    assert codes(database, "titles", early) == {
        "title_before_degree": "职称通过日期 2011-01-01 早于最早的学历学位证书 2012-06-30"
    }
    assert codes(database, "titles", add(database, owner, "titles", TITLE)) == {}


def test_dates_against_birth(database: Database, owner: Actor) -> None:
    child = add_work(database, owner, started_on=date(2005, 3, 6), ended_on=date(2006, 1, 1))
    assert codes(database, "work", child) == {"too_young": "起止时间 2005-03-06 时本人 14 岁"}


@pytest.mark.parametrize(("days", "code"), [(-1, "expired"), (10, "expiring"), (200, None)])
def test_what_expired_or_is_about_to(database: Database, owner: Actor, days: int, code: str | None) -> None:
    skill = add(database, owner, "skills", {**SKILL, "valid_to": today() + timedelta(days=days)})
    assert list(codes(database, "skills", skill)) == ([code] if code else [])


def test_every_lookup_across_files_has_its_index(database: Database) -> None:
    bands = or_(*(getattr(Attachment, name) == 1 for name in BANDS))
    queries = {
        "ix_skills_certificate_number_id": select(Skill.id).where(Skill.certificate_number == "1"),
        "ix_registrations_valid_until_id": select(Registration.id).where(Registration.valid_until < today()),
        "ix_attachment_sha256": select(Attachment.id).where(Attachment.sha256 == b"1"),
        "uq_mobile_use": select(MobileUse.dossier_id).where(MobileUse.mobile_index == b"1"),
        "ix_attachment_look_3": select(Attachment.id).where(bands),
    }
    with database.read() as db:
        for index, query in queries.items():
            plan = plan_of(db, query)
            used = index in plan or ("sqlite_autoindex_mobile_use" in plan and index.startswith("uq"))
            assert used or index == "ix_attachment_look_3", plan
            assert "SCAN attachment" not in plan, plan
