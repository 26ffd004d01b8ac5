"""Staff accounts: invited, changed, locked, unlocked; the own password."""

import uuid
from datetime import timedelta
from functools import partial

import bcrypt
import pytest
from sqlalchemy import select, update

from app.access import accounts, limits, passwords, sessions, staff
from app.access.rights import Actor, Role
from app.audit import trail
from app.errors import UserError
from data.clock import database_now
from data.engine import Database
from data.models import AuditEntry, LimitState, StaffAccount, UserSession
from tests.access.test_sessions import log_in, role_of
from tests.people import ADMINISTRATOR

ADDRESS = "192.0.2.1"
OWN_PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes in a 256th of their time: what they cost is looked at where passwords are."""
    monkeypatch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, 4))


@pytest.fixture
def invited(database: Database) -> tuple[uuid.UUID, str]:
    """An account that was just made, and the password to begin with."""
    with database.write() as db:
        password = accounts.invite(db, ADMINISTRATOR, "wang", "王审核", Role.REVIEWER)
        return db.scalars(select(StaffAccount.id)).one(), password


def step(database: Database, account_id: uuid.UUID) -> str:
    with database.read() as db:
        return staff.next_step(db, account_id, second_factor_passed=False)


def owner(account_id: uuid.UUID) -> Actor:
    return Actor(Role.REVIEWER, account_id)


def try_password(database: Database, password: str, address: str = ADDRESS) -> str:
    """What streamlit-authenticator does with a typed password."""
    offered = staff.credentials(database, address, "")["usernames"].get("wang")
    if offered is None:
        return "unknown"
    try:
        kept = offered["password"]
    except UserError as error:
        return error.code
    return "right" if passwords.is_right(password, kept) else "wrong"


def test_whoever_is_invited_must_choose_an_own_password_at_the_first_log_in(
    database: Database, invited: tuple[uuid.UUID, str]
) -> None:
    account_id, password = invited
    assert try_password(database, password) == "right"
    assert step(database, account_id) == "own_password"
    with pytest.raises(UserError, match="password"), database.write() as db:
        accounts.choose_password(db, owner(account_id), password)
    with database.write() as db:
        accounts.choose_password(db, owner(account_id), OWN_PASSWORD)
    assert step(database, account_id) == "enter"
    with database.write() as db:
        limits.forget(db, staff.tries("wang", ""))
    assert try_password(database, password) == "wrong"
    with database.write() as db:
        limits.forget(db, staff.tries("wang", ""))
    assert try_password(database, OWN_PASSWORD) == "right"


def test_an_initial_password_expires(database: Database, invited: tuple[uuid.UUID, str]) -> None:
    with database.write() as db:
        account = db.get_one(StaffAccount, invited[0])
        assert account.password_until is not None
        assert timedelta(days=6) < account.password_until - database_now(db) <= timedelta(days=7)
        db.execute(update(StaffAccount).values(password_until=database_now(db) - timedelta(seconds=1)))
    with pytest.raises(UserError, match="password_expired"):
        staff.password_passed(database, "wang", ADDRESS, "")


@pytest.mark.usefixtures("invited")
def test_after_five_wrong_passwords_the_hash_is_not_handed_out_any_more(database: Database) -> None:
    answers = []
    for _try in range(6):
        answers.append(try_password(database, "wrong password"))
        _pass_the_delay(database)
    assert answers == ["wrong"] * 5 + ["too_many"]


def _pass_the_delay(database: Database) -> None:
    with database.write() as db:
        for row in db.scalars(select(LimitState)):
            row.hits = [moment - 20 for moment in row.hits]


@pytest.mark.usefixtures("invited")
def test_an_administrator_unlocks_an_account_that_wrong_passwords_locked(database: Database) -> None:
    for _try in range(6):
        try_password(database, "wrong password")
        _pass_the_delay(database)
    assert try_password(database, "wrong password") == "too_many"
    with database.write() as db:
        accounts.unlock(db, ADMINISTRATOR, db.scalars(select(StaffAccount.id)).one())
    assert try_password(database, "wrong password") == "wrong"


def test_a_practitioners_lock_and_a_members_of_staff_are_different(
    database: Database, invited: tuple[uuid.UUID, str]
) -> None:
    with database.write() as db:
        for _try in range(20):
            limits.hit(db, f"address:{ADDRESS}", "1/1d;lock 15m-1h")
    assert try_password(database, invited[1]) == "right"


def test_a_locked_account_is_out_at_once_and_for_good(database: Database, invited: tuple[uuid.UUID, str]) -> None:
    account_id, password = invited
    token = log_in(database, account_id, Role.REVIEWER)
    assert role_of(database, token) is Role.REVIEWER
    with database.write() as db:
        accounts.lock(db, ADMINISTRATOR, account_id)
    assert role_of(database, token) is Role.VISITOR
    assert try_password(database, password) == "unknown"
    with pytest.raises(UserError, match="wrong_password"):
        step(database, account_id)
    with database.write() as db:
        accounts.unlock(db, ADMINISTRATOR, account_id)
    assert try_password(database, password) == "right"
    assert role_of(database, token) is Role.VISITOR


def test_another_role_ends_the_log_ins(database: Database, invited: tuple[uuid.UUID, str]) -> None:
    token = log_in(database, invited[0], Role.REVIEWER)
    with database.write() as db:
        accounts.change(db, ADMINISTRATOR, invited[0], "王审核", Role.CLERK, "")
    assert role_of(database, token) is Role.VISITOR


def test_a_reset_gives_another_initial_password_and_ends_the_log_ins(
    database: Database, invited: tuple[uuid.UUID, str]
) -> None:
    account_id, first = invited
    token = log_in(database, account_id, Role.REVIEWER)
    with database.write() as db:
        second = accounts.reset_password(db, ADMINISTRATOR, account_id)
    assert second != first
    assert role_of(database, token) is Role.VISITOR
    assert step(database, account_id) == "own_password"


def test_an_own_new_password_ends_the_other_log_ins_only(database: Database, invited: tuple[uuid.UUID, str]) -> None:
    account_id, _password = invited
    here, elsewhere = (log_in(database, account_id, Role.REVIEWER) for _time in range(2))
    with database.write() as db:
        accounts.choose_password(db, sessions.who(db, here).actor, OWN_PASSWORD)
    assert (role_of(database, here), role_of(database, elsewhere)) == (Role.REVIEWER, Role.VISITOR)


def test_nobody_locks_oneself_out(database: Database) -> None:
    with database.write() as db:
        accounts.invite(db, ADMINISTRATOR, "zhao", "赵", Role.ADMINISTRATOR)
        account_id = db.scalars(select(StaffAccount.id)).one()
    oneself = Actor(Role.ADMINISTRATOR, account_id)
    with pytest.raises(UserError, match="oneself"), database.write() as db:
        accounts.lock(db, oneself, account_id)
    with pytest.raises(UserError, match="oneself"), database.write() as db:
        accounts.change(db, oneself, account_id, "赵", Role.CLERK, "")


def test_the_list_tells_when_somebody_was_last_here(database: Database, invited: tuple[uuid.UUID, str]) -> None:
    with database.read() as db:
        assert [each.seen_at for each in accounts.listing(db, ADMINISTRATOR)] == [None]
    log_in(database, invited[0], Role.REVIEWER)
    with database.read() as db:
        (listed,) = accounts.listing(db, ADMINISTRATOR)
        assert listed.seen_at == db.scalars(select(UserSession.seen_at)).one()


def test_what_was_done_to_an_account_is_on_record_without_its_secrets(
    database: Database, invited: tuple[uuid.UUID, str]
) -> None:
    with database.write() as db:
        accounts.choose_password(db, owner(invited[0]), OWN_PASSWORD)
    with database.read() as db:
        rows = db.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [row.action for row in rows][-1] == "account.own"
    assert not {"password_hash", "totp_secret"} & {key for row in rows for key in (row.after or {})}
    assert {"password_hash", "totp_secret", "totp_used"} == trail.SECRETS


def test_living_sessions_are_listed_with_names_and_can_be_ended(
    database: Database, invited: tuple[uuid.UUID, str]
) -> None:
    tokens = [log_in(database, invited[0], Role.REVIEWER) for _time in range(3)]
    with database.read() as db:
        listed = sessions.living(db, ADMINISTRATOR)
        assert [each.name for each in listed] == ["王审核"] * 3
        after_first = (listed[0].session.seen_at, listed[0].session.id)
        assert [each.session.id for each in sessions.living(db, ADMINISTRATOR, after_first)] == [
            each.session.id for each in listed[1:]
        ]
    with database.write() as db:
        sessions.end_of(db, ADMINISTRATOR, listed[0].session.id)
    assert sorted(role_of(database, token) for token in tokens) == [Role.REVIEWER, Role.REVIEWER, Role.VISITOR]


def test_a_new_installation_has_no_account(database: Database) -> None:
    with database.read() as db:
        assert db.scalars(select(StaffAccount.id)).all() == []
