"""短信用户登录 on both databases: whoever guesses is counted, and nobody else is locked out."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.access import devices, limits, practitioner_login
from app.errors import UserError
from data.engine import Database
from data.models import Dossier, OneTimeCode
from tests.access.logging_in import Phone, attempt, code_for, guess
from tests.people import MOBILE, NUMBER, OTHER


@pytest.mark.usefixtures("dossier")
def test_of_1000_guesses_at_once_at_most_five_are_evaluated(database: Database) -> None:
    given = attempt(database)
    code = code_for(database, given)

    def guess(number: int) -> str:
        # Each from an address of its own, as an attacker with many machines.
        guessed = replace(given, address=f"192.0.2.{number}")
        try:
            practitioner_login.log_in(database, guessed, f"{(int(code) + number) % 1_000_000:06}")
        except UserError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(1, 1001)))
    assert answers.count("wrong_code") == 5
    assert answers.count("too_many") == 995
    with database.read() as db:
        assert db.scalars(select(OneTimeCode)).one().tries == 5


@pytest.mark.usefixtures("dossier")
def test_whoever_guesses_from_one_address_is_locked_out_there_whomever_it_is_about(database: Database) -> None:
    answers = [
        guess(database, replace(attempt(database, mobile=f"1390000{n:04}"), address="192.0.2.1")) for n in range(11)
    ]
    assert answers == ["unknown_pair"] * 10 + ["too_many"]
    assert guess(database, replace(attempt(database), address="192.0.2.1")) == "too_many"
    assert guess(database, replace(attempt(database), address="192.0.2.2")) == "wrong_code"


def test_a_stranger_cannot_lock_a_person_out_of_a_browser_that_logged_in_before(
    database: Database, dossier: Dossier
) -> None:
    with database.write() as db:
        device = devices.remember(db, "", dossier.id)
    for n in range(8):
        guess(database, replace(attempt(database), address=f"192.0.2.{n}"))
    assert guess(database, attempt(database)) == "too_many"
    own = replace(attempt(database), device=device)
    assert practitioner_login.log_in(database, own, code_for(database, own))


def test_a_browser_known_for_somebody_else_is_a_strangers(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        device = devices.remember(db, "", uuid.uuid4())
    for _time in range(5):
        guess(database, replace(attempt(database), device=device))
    assert guess(database, replace(attempt(database), device="")) == "too_many"
    assert dossier.state == "open"


@pytest.mark.usefixtures("dossier")
def test_each_unknown_pair_costs_a_captcha(database: Database) -> None:
    given = attempt(database, mobile="13900000009")
    assert guess(database, given) == "unknown_pair"
    assert guess(database, given) == "wrong_captcha"


@pytest.mark.usefixtures("dossier")
def test_wrong_captchas_are_limited_and_then_the_right_one_does_not_help(database: Database) -> None:
    answers = [guess(database, replace(attempt(database), captcha="0000")) for _try in range(31)]
    assert answers == ["wrong_captcha"] * 30 + ["too_many"]
    assert guess(database, attempt(database)) == "too_many"


@pytest.mark.usefixtures("dossier")
def test_asking_for_an_unknown_pair_uses_up_nobodys_codes(database: Database) -> None:
    with pytest.raises(UserError, match="unknown_pair"):
        practitioner_login.send_code(database, Phone(), attempt(database, number=OTHER["number"]))
    assert code_for(database, attempt(database))


@pytest.mark.usefixtures("dossier")
def test_one_address_is_sent_20_codes_an_hour_for_whomever(database: Database) -> None:
    def ask(n: int) -> str:
        try:
            practitioner_login.send_code(database, Phone(), attempt(database, mobile=f"1390000{n:04}"))
        except UserError as error:
            return error.code
        return "sent"

    assert [ask(n) for n in range(21)] == ["unknown_pair"] * 20 + ["too_many"]


def test_many_right_log_ins_from_one_hall_lock_nobody_out(database: Database, dossier: Dossier) -> None:
    for _person in range(12):
        with database.write() as db:
            limits.forget(db, f"login:{NUMBER}:+86{MOBILE}:")
            limits.forget(db, f"send:+86{MOBILE}:")
        given = replace(attempt(database), address="192.0.2.9")
        assert practitioner_login.log_in(database, given, code_for(database, given))
    assert dossier.state == "open"


@pytest.mark.usefixtures("dossier")
def test_a_second_code_within_a_minute_is_refused_with_the_wait(database: Database) -> None:
    given = attempt(database)
    code_for(database, given)
    with pytest.raises(UserError, match="too_many") as refused:
        practitioner_login.send_code(database, Phone(), given)
    assert "秒后再试" in refused.value.message
