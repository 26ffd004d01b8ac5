"""One's own log-ins: seen by oneself alone, ended after showing once more who one is."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access import confirmation, own_sessions, sessions, staff
from app.access.rights import SYSTEM, Actor, Role
from app.errors import UserError
from data.clock import database_now
from data.engine import Database
from data.models import AuditEntry, Dossier, SmsMessage, StaffAccount, UserSession
from tests.access.logging_in import VISIT, Phone

PASSWORD = "correct horse battery"


@pytest.fixture
def account(database: Database) -> StaffAccount:
    with database.write() as db:
        return staff.create(db, SYSTEM, "wang.li", "王丽", Role.CLERK, PASSWORD)


def log_in(database: Database, subject_id: uuid.UUID, role: Role, browser: str = "") -> Actor:
    with database.write() as db:
        opened = sessions.redeem(db, VISIT, sessions.issue_ticket(db, VISIT, role, subject_id), browser)
    assert opened is not None
    with database.read() as db:
        return sessions.who(db, opened.token).actor


def shown(database: Database, actor: Actor) -> list[tuple[str, bool]]:
    with database.read() as db:
        return [(each.browser, each.id == actor.session_id) for each in own_sessions.living(db, actor)]


def some_time_passes(database: Database) -> None:
    """Nobody's log-in is fresh any more."""
    with database.write() as db:
        long_ago = database_now(db) - confirmation.CONFIRMED_FOR
        db.execute(update(UserSession).values(confirmed_at=long_ago))


def end_others(database: Database, actor: Actor) -> None:
    with database.write() as db:
        own_sessions.end_others(db, actor)


def refused(database: Database, actor: Actor) -> bool:
    try:
        end_others(database, actor)
    except UserError as error:
        assert error.code == "not_confirmed"
        return True
    return False


def test_everybody_sees_their_own_and_nobody_elses(database: Database, dossier: Dossier, account: StaffAccount) -> None:
    log_in(database, dossier.id, Role.PRACTITIONER, "WeChat · Android")
    here = log_in(database, dossier.id, Role.PRACTITIONER, "Edge · Windows")
    clerk = log_in(database, account.id, Role.CLERK, "Chrome · Linux")
    assert shown(database, here) == [("Edge · Windows", True), ("WeChat · Android", False)]
    assert shown(database, clerk) == [("Chrome · Linux", True)]


def test_what_has_ended_is_not_shown(database: Database, dossier: Dossier) -> None:
    idle, ended, old = (log_in(database, dossier.id, Role.PRACTITIONER) for _each in range(3))
    here = log_in(database, dossier.id, Role.PRACTITIONER)
    with database.write() as db:
        now = database_now(db)
        for who, past in (
            (idle, {"seen_at": now - timedelta(hours=1)}),
            (ended, {"ended_at": now}),
            (old, {"expires_at": now - timedelta(seconds=1)}),
        ):
            db.execute(update(UserSession).where(UserSession.id == who.session_id).values(**past))
    assert shown(database, here) == [("", True)]


def test_one_is_ended_by_its_owner_alone_and_on_record(
    database: Database, dossier: Dossier, account: StaffAccount
) -> None:
    other = log_in(database, dossier.id, Role.PRACTITIONER)
    here = log_in(database, dossier.id, Role.PRACTITIONER)
    clerk = log_in(database, account.id, Role.CLERK)
    assert other.session_id
    with database.write() as db:
        own_sessions.end(db, clerk, other.session_id)
    assert len(shown(database, here)) == 2
    with database.write() as db:
        own_sessions.end(db, here, other.session_id)
    assert shown(database, here) == [("", True)]
    with database.read() as db:
        noted = db.scalars(select(AuditEntry).where(AuditEntry.action == "session.own")).all()
    assert [(each.subject_id, each.dossier_id) for each in noted] == [(other.session_id, dossier.id)]


def test_staff_end_all_others_with_their_password(database: Database, account: StaffAccount) -> None:
    log_in(database, account.id, Role.CLERK)
    here = log_in(database, account.id, Role.CLERK)
    some_time_passes(database)
    assert refused(database, here)
    with pytest.raises(UserError, match="wrong_password"):
        confirmation.by_password(database, here, "not the password")
    assert refused(database, here)
    confirmation.by_password(database, here, PASSWORD)
    assert not refused(database, here)
    assert len(shown(database, here)) == 1


def test_a_practitioner_ends_all_others_with_a_code_on_the_phone(database: Database, dossier: Dossier) -> None:
    log_in(database, dossier.id, Role.PRACTITIONER)
    here, phone = log_in(database, dossier.id, Role.PRACTITIONER), Phone()
    some_time_passes(database)
    assert refused(database, here)
    confirmation.send_code(database, phone, here, VISIT, "192.0.2.1", "")
    (sent,) = phone.received
    wrong = f"{(int(sent.code) + 1) % 1_000_000:06}"
    for visit, code in ((VISIT, wrong), ("another visit", sent.code)):
        with pytest.raises(UserError, match="wrong_code"):
            confirmation.by_code(database, here, visit, code)
    assert refused(database, here)
    confirmation.by_code(database, here, VISIT, sent.code)
    assert not refused(database, here)
    assert len(shown(database, here)) == 1
    with database.read() as db:
        assert db.scalars(select(SmsMessage.purpose)).all() == ["confirm"]


def test_each_of_many_log_ins_that_end_is_on_record(database: Database, account: StaffAccount) -> None:
    for _each in range(sessions.PAGE_SIZE + 2):
        log_in(database, account.id, Role.CLERK)
    end_others(database, log_in(database, account.id, Role.CLERK))
    with database.read() as db:
        noted = db.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "session.own")).all()
    assert len(set(noted)) == sessions.PAGE_SIZE + 2


def test_who_has_just_logged_in_is_not_asked_again(database: Database, dossier: Dossier) -> None:
    log_in(database, dossier.id, Role.PRACTITIONER)
    here = log_in(database, dossier.id, Role.PRACTITIONER)
    assert not refused(database, here)
    assert len(shown(database, here)) == 1


def test_guessing_the_code_or_the_password_is_limited(
    database: Database, dossier: Dossier, account: StaffAccount
) -> None:
    person = log_in(database, dossier.id, Role.PRACTITIONER)
    clerk = log_in(database, account.id, Role.CLERK)
    told = []
    for _try in range(6):
        with pytest.raises(UserError) as refusal:
            confirmation.by_code(database, person, VISIT, "000000")
        told.append(refusal.value.code)
        with pytest.raises(UserError) as refusal:
            confirmation.by_password(database, clerk, "not the password")
        told.append(refusal.value.code)
    assert told == ["wrong_code", "wrong_password"] * 5 + ["too_many", "too_many"]
