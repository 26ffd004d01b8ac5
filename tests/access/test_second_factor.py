"""The second factor: right codes once, recovery codes once, wrong ones counted."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pyotp
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from app.access import accounts, limits, second_factor, staff
from app.access.rights import Actor, Role
from app.errors import UserError
from app.settings import settings
from data.clock import database_now
from data.engine import Database
from data.models import RecoveryCode, StaffAccount
from tests.access.logging_in import answer
from tests.people import ADMINISTRATOR

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(database: Database, offset: int = 0) -> str:
    with database.read() as db:
        return pyotp.TOTP(SECRET).at(database_now(db) + timedelta(seconds=30 * offset))


@pytest.fixture
def actor(database: Database) -> Actor:
    """A reviewer without a second factor."""
    with database.write() as db:
        account = accounts.create(db, ADMINISTRATOR, "wang", "王", Role.REVIEWER, "correct horse battery")
        return staff.actor_of(account)


@pytest.fixture
def recovery(database: Database, actor: Actor) -> list[str]:
    """The recovery codes of that reviewer after enrolment; the codes of now count as not used."""
    with database.write() as db:
        codes = second_factor.enrol(db, actor, SECRET, pyotp.TOTP(SECRET).at(database_now(db)))
        db.execute(update(StaffAccount).values(totp_used=None))
    return codes


def _id(actor: Actor) -> uuid.UUID:
    assert actor.subject_id
    return actor.subject_id


def test_a_wrong_code_switches_nothing_on(database: Database, actor: Actor) -> None:
    wrong = f"{(int(code_at(database)) + 1) % 1_000_000:06}"
    with pytest.raises(UserError, match="wrong_code"), database.write() as db:
        second_factor.enrol(db, actor, SECRET, wrong)
    with database.read() as db:
        assert staff.next_step(db, _id(actor), second_factor_passed=False) == "enter"


@pytest.mark.usefixtures("recovery")
def test_the_log_in_asks_for_it_from_then_on(database: Database, actor: Actor) -> None:
    with database.read() as db:
        assert staff.next_step(db, _id(actor), second_factor_passed=False) == "second_factor"
        assert staff.next_step(db, _id(actor), second_factor_passed=True) == "enter"


@pytest.mark.usefixtures("recovery")
def test_a_code_gets_in_once_and_never_again(database: Database, actor: Actor) -> None:
    code = code_at(database)
    assert [answer(database, actor, code), answer(database, actor, code)] == ["in", "wrong_code"]


@pytest.mark.usefixtures("recovery")
def test_an_older_code_is_worthless_after_a_newer_one(database: Database, actor: Actor) -> None:
    older, newer = code_at(database, -1), code_at(database)
    assert [answer(database, actor, newer), answer(database, actor, older)] == ["in", "wrong_code"]


@pytest.mark.usefixtures("recovery")
def test_of_the_same_code_sent_many_times_at_once_one_gets_in(
    database: Database, actor: Actor, configure: Callable[[str, str], None]
) -> None:
    configure("limit_second_factor", "100/1d")
    code = code_at(database)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: answer(database, actor, code), range(16)))
    assert answers.count("in") == 1


@pytest.mark.usefixtures("recovery")
def test_five_wrong_codes_lock_and_then_the_right_one_does_not_help(database: Database, actor: Actor) -> None:
    wrong = f"{(int(code_at(database)) + 7) % 1_000_000:06}"
    assert [answer(database, actor, wrong) for _try in range(6)] == ["wrong_code"] * 5 + ["too_many"]
    assert answer(database, actor, code_at(database)) == "too_many"


def test_each_recovery_code_gets_in_once_however_it_is_written(
    database: Database, actor: Actor, recovery: list[str]
) -> None:
    assert len(set(recovery)) == 10
    first, second = recovery[0], recovery[1].replace("-", " ").upper()
    assert [answer(database, actor, code) for code in (first, second, first)] == ["in", "in", "wrong_code"]
    with database.read() as db:
        assert second_factor.recovery_codes_left(db, _id(actor)) == 8


def test_the_database_holds_neither_secret_nor_recovery_codes_readable(database: Database, recovery: list[str]) -> None:
    with database.read() as db:
        sealed = bytes(db.connection().exec_driver_sql("SELECT totp_secret FROM staff_account").scalar_one())
        hashes = db.scalars(select(RecoveryCode.code_hash)).all()
    assert SECRET.encode() not in sealed
    assert all(code.encode() not in kept for code in recovery for kept in hashes)


@pytest.mark.usefixtures("recovery")
def test_an_administrator_switches_it_off_when_the_phone_is_lost(database: Database, actor: Actor) -> None:
    with database.write() as db:
        second_factor.remove(db, ADMINISTRATOR, _id(actor))
    with database.read() as db:
        assert staff.next_step(db, _id(actor), second_factor_passed=False) == "enter"
        assert second_factor.recovery_codes_left(db, _id(actor)) == 0


@pytest.mark.parametrize(
    ("asked", "step"), [("optional", "enter"), ("administrators", "enter"), ("everybody", "enrol")]
)
def test_an_installation_can_ask_it_of_everybody(
    database: Database, actor: Actor, configure: Callable[[str, str], None], asked: str, step: str
) -> None:
    configure("second_factor", asked)
    with database.read() as db:
        assert staff.next_step(db, _id(actor), second_factor_passed=False) == step


def test_the_picture_is_what_authenticator_apps_read() -> None:
    with Image.open(BytesIO(second_factor.enrolment_picture(SECRET, "wang"))) as picture:
        (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    read = pyotp.parse_uri(found.text)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == (SECRET, "wang", settings().organisation)


def test_a_wrong_second_factor_locks_nobody_elses(database: Database, actor: Actor) -> None:
    with database.write() as db:
        for _try in range(8):
            limits.hit(db, f"second-factor:{uuid.uuid4()}", settings().limit_second_factor)
    assert answer(database, actor, "000000") == "wrong_code"
