"""What happened to a file reads in words; a file can be seen as it stood; views of the list are kept and shared."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.access import staff
from app.access.rights import SYSTEM, Action, Actor, Role
from app.audit import views
from app.dossiers import chronicle, past, saved_views
from app.dossiers import service as dossiers
from app.dossiers.masking import masked, masked_address, masked_mobile
from app.dossiers.service import today
from app.dossiers.wanted import Wanted
from app.errors import Forbidden, UserError
from app.records import service as records
from app.validation import label
from data.engine import Database
from data.models import AuditEntry, Dossier, category
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, NUMBER, WORK

REGISTRATION: dict[str, Any] = {
    "category": "constructor_1",
    "major": "建筑工程",
    "certificate_number": "沪1311234",
    "seal_number": "",
    "company": "某建设工程有限公司",
    "registered_on": today() - timedelta(300),
    "valid_until": today() + timedelta(700),
    "state": "valid",
}


@pytest.fixture
def reviewer(database: Database) -> Actor:
    with database.write() as db:
        account = staff.create(db, SYSTEM, "reviewer", "审核员甲", Role.REVIEWER, "long enough password")
    return Actor(Role.REVIEWER, account.id)


def long_ago(database: Database, days: int) -> None:
    """Put everything on record so far some days back."""
    with database.write() as db:
        for entry in db.query(AuditEntry):
            db.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(at=entry.at - timedelta(days)))


def test_each_change_says_who_when_and_what_before_and_after(
    database: Database, dossier: Dossier, owner: Actor, reviewer: Actor
) -> None:
    record_id = uuid.uuid4()
    with database.write() as db:
        records.create(db, owner, owner.dossier_id, category("work"), record_id, WORK)
    with database.write() as db:
        changed = {**WORK, "position": "项目经理"}
        records.update(db, owner, owner.dossier_id, category("work"), record_id, 1, changed)
    views.note(database, reviewer, Action.DOSSIER_VIEW, dossier.id)
    with database.read() as db:
        looked, change, added, *_opened = chronicle.events(db, reviewer, dossier.id)
    assert (looked.who, looked.what) == ("审核员甲", "查看档案")
    assert (change.who, change.what) == ("本人", "修改工作经历")
    assert [(each.label, each.old, each.new) for each in change.changes][:1] == [("职务", "施工员", "项目经理")]
    filled_in = [label(field) for field in category("work").fields if WORK.get(field.key)]
    assert [each.label for each in added.changes] == [*filled_in, "审核状态"]  # as in the form
    assert ("工作单位", "", WORK["employer"]) in [(each.label, each.old, each.new) for each in added.changes]


def test_history_masks_personal_numbers_unless_asked(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        dossiers.change_mobile(db, CLERK, dossier.id, "13900000009")
    with database.read() as db:
        masked_texts = repr(chronicle.events(db, CLERK, dossier.id))
        full_texts = repr(chronicle.events(db, CLERK, dossier.id, masking=False))
    assert masked("13900000009") in masked_texts
    for secret in (NUMBER, "13900000009", IDENTITY["address"]):
        assert secret not in masked_texts
        assert secret in full_texts


def test_a_file_is_seen_as_it_stood_on_a_day(database: Database, dossier: Dossier, owner: Actor) -> None:
    with database.write() as db:
        kept = records.import_row(db, ADMINISTRATOR, dossier.id, category("registrations"), REGISTRATION).id
        gone = uuid.uuid4()
        records.create(db, owner, owner.dossier_id, category("work"), gone, WORK)
    long_ago(database, 10)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, category("work"), gone)
        identity = {**IDENTITY, "name": "张改名"}
        dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="card")
    with database.read() as db:
        then = past.as_of(db, CLERK, dossier.id, today() - timedelta(5))
        now = past.as_of(db, CLERK, dossier.id, today())
        with pytest.raises(UserError, match="not_yet"):
            past.as_of(db, CLERK, dossier.id, today() - timedelta(11))
    assert (then.dossier.name, now.dossier.name) == ("张三丰", "张改名")
    assert (then.dossier.birth_date, then.dossier.number) == (IDENTITY["birth_date"], NUMBER)
    assert [row.employer for row in then.records["work"]] == [WORK["employer"]]  # type: ignore[attr-defined]
    assert now.records["work"] == []
    assert [row.id for row in now.records["registrations"]] == [kept]
    assert now.records["registrations"][0].valid_until == REGISTRATION["valid_until"]  # type: ignore[attr-defined]


def test_registrations_show_their_changes_in_order(database: Database, dossier: Dossier) -> None:
    for state in ("valid", "expired"):
        with database.write() as db:
            row = {**REGISTRATION, "state": state}
            records.import_row(db, ADMINISTRATOR, dossier.id, category("registrations"), row)
    with database.read() as db:
        told = chronicle.timeline(db, CLERK, dossier.id, "registrations")
    assert [event.what for event in told] == ["新增注册信息", "新增注册信息"]
    assert told[0].number < told[1].number


@pytest.mark.parametrize(
    ("number", "shown"),
    [("310101199003071234", "310***********1234"), ("H12345678", "H12**5678"), ("1234567", "1234567")],
)
def test_lists_show_masked_numbers(number: str, shown: str) -> None:
    assert masked(number) == shown
    assert masked_mobile("+8613800000001") == "138****0001"
    assert masked_address("某市某区某路 1 号") == "某市某区某路****"
    assert masked_mobile(None) == masked_address("") == ""


def test_a_view_is_ones_own_until_it_is_shared(database: Database, reviewer: Actor) -> None:
    with database.write() as db:
        account = staff.create(db, SYSTEM, "clerk", "受理员", Role.CLERK, "long enough password")
        colleague = Actor(Role.CLERK, account.id)
        wanted = Wanted("张", holds=("work",), expires=30)
        own = saved_views.save(db, reviewer, "要到期的", wanted, shared=False)
        assert saved_views.usable(db, colleague) == []
        assert saved_views.wanted_of(own) == wanted
    with database.write() as db:
        again = saved_views.save(db, reviewer, " 要到期的 ", Wanted("李"), shared=True)
        assert (again.id, again.shared) == (own.id, True)
        assert [view.id for view in saved_views.usable(db, colleague)] == [own.id]
        with pytest.raises(Forbidden):
            saved_views.remove(db, colleague, own.id)
        with pytest.raises(UserError, match="name"):
            saved_views.save(db, reviewer, "  ", wanted, shared=False)
    with database.write() as db:
        saved_views.remove(db, reviewer, own.id)
        assert saved_views.usable(db, reviewer) == []
