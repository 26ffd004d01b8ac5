"""Log-ins: tickets, cookies' tokens, idle time, log-out."""

import uuid
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access import sessions, staff
from app.access.rights import SYSTEM, Role
from app.settings import settings
from data.clock import database_now
from data.engine import Database
from data.models import Dossier, LoginTicket, UserSession


@pytest.fixture
def token(database: Database, dossier: Dossier) -> str:
    return log_in(database, dossier.id)


def log_in(database: Database, subject_id: uuid.UUID, role: Role = Role.PRACTITIONER) -> str:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "visit", role, subject_id)
    with database.write() as db:
        opened = sessions.redeem(db, "visit", ticket)
    assert opened is not None
    return opened[0]


def role_of(database: Database, token: str) -> Role:
    with database.read() as db:
        return sessions.who(db, token).actor.role


def test_a_ticket_opens_one_session_and_no_second(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "visit", Role.PRACTITIONER, dossier.id)
    with database.write() as db:
        assert sessions.redeem(db, "visit", ticket) is not None
        assert sessions.redeem(db, "visit", ticket) is None


def test_a_ticket_is_worthless_in_another_browser(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "visit", Role.PRACTITIONER, dossier.id)
        assert sessions.redeem(db, "another visit", ticket) is None


def test_a_late_ticket_is_worthless(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "visit", Role.PRACTITIONER, dossier.id)
        db.flush()
        db.execute(update(LoginTicket).values(expires_at=database_now(db) - timedelta(seconds=1)))
        assert sessions.redeem(db, "visit", ticket) is None


def test_the_database_holds_no_token(database: Database, token: str) -> None:
    with database.read() as db:
        row = db.scalars(select(UserSession)).one()
    assert token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


def test_logging_out_ends_this_session_only(database: Database, dossier: Dossier, token: str) -> None:
    second = log_in(database, dossier.id)
    with database.write() as db:
        sessions.end(db, sessions.who(db, token).actor.session_id)
    assert (role_of(database, token), role_of(database, second)) == (Role.VISITOR, Role.PRACTITIONER)


@pytest.mark.parametrize(("minutes", "role"), [(29, Role.PRACTITIONER), (31, Role.VISITOR)])
def test_idle_time_ends_a_session(database: Database, token: str, minutes: int, role: Role) -> None:
    assert settings().practitioner_idle_minutes == 30
    with database.write() as db:
        db.execute(update(UserSession).values(seen_at=database_now(db) - timedelta(minutes=minutes)))
    assert role_of(database, token) is role


@pytest.mark.parametrize(("role", "hours"), [(Role.PRACTITIONER, 2), (Role.CLERK, 12)])
def test_the_longest_life_goes_by_the_role(database: Database, dossier: Dossier, role: Role, hours: int) -> None:
    log_in(database, dossier.id, role)
    with database.read() as db:
        row = db.scalars(select(UserSession)).one()
    assert row.expires_at - row.created_at == timedelta(hours=hours)


def test_every_log_in_has_a_token_of_its_own_of_256_bits(database: Database, dossier: Dossier) -> None:
    tokens = {log_in(database, dossier.id) for _time in range(5)}
    assert len(tokens) == 5
    assert all(len(urlsafe_b64decode(token + "=")) == 32 for token in tokens)


def test_ending_all_ends_every_log_in_of_the_person(database: Database, dossier: Dossier) -> None:
    tokens = [log_in(database, dossier.id) for _time in range(3)]
    with database.write() as db:
        sessions.end_all(db, dossier.id)
    assert {role_of(database, token) for token in tokens} == {Role.VISITOR}


def test_no_session_outlives_its_longest_life(database: Database, token: str) -> None:
    with database.write() as db:
        db.execute(update(UserSession).values(expires_at=database_now(db) - timedelta(seconds=1)))
    assert role_of(database, token) is Role.VISITOR


def test_being_seen_is_noted_at_most_once_a_minute(database: Database, token: str) -> None:
    with database.read() as db:
        assert not sessions.who(db, token).note_seen
    with database.write() as db:
        db.execute(update(UserSession).values(seen_at=database_now(db) - timedelta(seconds=61)))
    with database.write() as db:
        presence = sessions.who(db, token)
        assert presence.note_seen
        assert presence.actor.session_id is not None
        sessions.note_seen(db, presence.actor.session_id)
    with database.read() as db:
        assert not sessions.who(db, token).note_seen


def test_another_password_ends_the_staff_members_log_ins(database: Database) -> None:
    with database.write() as db:
        account = staff.create(db, SYSTEM, "wang", "王", Role.CLERK, "correct horse battery")
    token = log_in(database, account.id, Role.CLERK)
    assert role_of(database, token) is Role.CLERK
    with database.write() as db:
        staff.set_password(db, SYSTEM, "wang", "another horse battery")
    assert role_of(database, token) is Role.VISITOR


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
def test_a_made_up_token_is_a_visitor(database: Database, token: str) -> None:
    assert role_of(database, token) is Role.VISITOR
