"""Limits hold across threads, processes and restarts, and are told with the wait."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.access import limits
from app.errors import UserError
from data.clock import database_now
from data.engine import Database
from data.keys import Keyring
from data.models import LimitState
from data.vault import install_vault, vault


def passes(database: Database, subject: str, policy: str) -> bool:
    try:
        limits.count_try(database, (subject, policy))
    except UserError:
        return False
    return True


def count_in_a_process(address: str, keyring: Keyring, tries: int) -> int:
    """A server of its own: opens the database and tries."""
    install_vault(keyring)
    database = Database(address)
    try:
        return sum(passes(database, "somebody", "7/1d") for _try in range(tries))
    finally:
        database.close()


def test_of_100_tries_at_once_exactly_the_allowed_pass(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _try: passes(database, "somebody", "7/1d"), range(100))) == 7


def test_several_servers_share_the_limits(database: Database) -> None:
    address = database.engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        each = [pool.submit(count_in_a_process, address, vault().keyring, 20) for _server in range(2)]
        assert sum(done.result() for done in each) == 7


def test_one_persons_limit_is_not_anothers(database: Database) -> None:
    assert passes(database, "one", "1/1d")
    assert not passes(database, "one", "1/1d")
    assert passes(database, "other", "1/1d")


def test_an_address_that_is_refused_costs_nobody_else_a_try(database: Database) -> None:
    assert passes(database, "address", "1/1d;lock 15m-1h")
    for _time in range(3):
        with pytest.raises(UserError, match="too_many"):
            limits.count_try(database, ("address", "1/1d;lock 15m-1h"), ("victim", "1/1d"))
    assert passes(database, "victim", "1/1d")


def test_a_lock_ends_by_the_databases_clock_and_can_be_lifted(database: Database) -> None:
    policy = "1/5m;lock 15m-1h"
    assert passes(database, "somebody", policy)
    assert not passes(database, "somebody", policy)
    with database.read() as db:
        assert 890 < limits.waiting(db, "somebody") <= 900
    with database.write() as db:
        limits.forget(db, "somebody")
    assert passes(database, "somebody", policy)


def test_a_try_that_was_not_wrong_is_given_back(database: Database) -> None:
    for _time in range(3):
        assert passes(database, "address", "1/1d")
        with database.write() as db:
            limits.give_back(db, "address")


def test_rows_that_say_nothing_any_more_are_deleted(database: Database) -> None:
    assert passes(database, "old", "5/5m")
    assert passes(database, "new", "5/5m")
    limits.forget_old(database)
    with database.write() as db:
        assert db.scalar(select(func.count()).select_from(LimitState)) == 2
        db.execute(
            update(LimitState)
            .where(LimitState.subject_index == vault().blind("old", "limit"))
            .values(forget_at=(database_now(db) - timedelta(seconds=1)).timestamp())
        )
    limits.forget_old(database)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(LimitState)) == 1


@pytest.mark.parametrize(("seconds", "text"), [(45, "45 秒"), (119, "119 秒"), (120, "2 分钟"), (3500, "59 分钟")])
def test_the_wait_is_told_in_figures(seconds: int, text: str) -> None:
    assert limits.too_many(seconds).message == f"操作过于频繁，请 {text}后再试"
