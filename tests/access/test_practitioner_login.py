"""短信用户登录 on both databases, with the guide's messages."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.access import captchas, devices, limits, practitioner_login, sessions
from app.access.practitioner_login import Attempt
from app.access.rights import Role
from app.access.sms import Message, Receipt
from app.dossiers import service as dossiers
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Captcha, Dossier, OneTimeCode, SmsMessage
from data.models.base import utc_now
from tests.people import ADMINISTRATOR, MOBILE, NUMBER, OTHER

VISIT = "a visit"


class Phone:
    """A gateway that keeps what it was given, as a phone does."""

    def __init__(self) -> None:
        self.received: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.received.append(message)
        return Receipt("accepted", "1", "")


def solved(database: Database) -> tuple[uuid.UUID, str]:
    with database.write() as db:
        challenge = captchas.new(db, VISIT)
        answer = db.scalar(select(Captcha.answer).where(Captcha.id == challenge.id))
    assert answer
    return challenge.id, answer


def attempt(database: Database, number: str = NUMBER, mobile: str = MOBILE) -> Attempt:
    captcha_id, answer = solved(database)
    return Attempt(VISIT, number, mobile, captcha_id, answer.lower())


def code_for(database: Database, given: Attempt) -> str:
    phone = Phone()
    practitioner_login.send_code(database, phone, given)
    return phone.received[0].code


def test_number_mobile_captcha_and_code_open_the_own_file(database: Database, dossier: Dossier) -> None:
    given = attempt(database)
    ticket = practitioner_login.log_in(database, given, code_for(database, given))
    with database.write() as db:
        opened = sessions.redeem(db, VISIT, ticket)
    assert opened is not None
    with database.read() as db:
        actor = sessions.who(db, opened[0]).actor
    assert (actor.role, actor.subject_id) == (Role.PRACTITIONER, dossier.id)


@pytest.mark.usefixtures("dossier")
def test_full_width_lower_case_and_spaces_are_accepted(database: Database) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in NUMBER.lower())
    given = attempt(database, f" {wide[:6]} {wide[6:]} ", "+86 138 0000 0001")
    assert practitioner_login.log_in(database, given, code_for(database, given))


@pytest.mark.usefixtures("dossier")
def test_an_unknown_pair_is_told_to_register(database: Database) -> None:
    with pytest.raises(UserError) as refused:
        practitioner_login.send_code(database, Phone(), attempt(database, mobile="13900000009"))
    assert refused.value.message == "该证件号及手机号未注册过短信用户，请先注册后再行登录"


@pytest.mark.usefixtures("dossier")
def test_a_wrong_captcha_sends_nothing_and_ends_the_captcha(database: Database) -> None:
    captcha_id, answer = solved(database)
    phone = Phone()
    with pytest.raises(UserError) as refused:
        practitioner_login.send_code(database, phone, Attempt(VISIT, NUMBER, MOBILE, captcha_id, "0000"))
    assert refused.value.message == "请填写正确的验证码"
    with pytest.raises(UserError, match="wrong_captcha"):
        practitioner_login.send_code(database, phone, Attempt(VISIT, NUMBER, MOBILE, captcha_id, answer))
    assert phone.received == []


@pytest.mark.usefixtures("dossier")
def test_a_captcha_of_another_visit_does_not_count(database: Database) -> None:
    captcha_id, answer = solved(database)
    with pytest.raises(UserError, match="wrong_captcha"):
        practitioner_login.send_code(database, Phone(), Attempt("another", NUMBER, MOBILE, captcha_id, answer))


@pytest.mark.usefixtures("dossier")
def test_a_captcha_serves_one_log_in_only(database: Database) -> None:
    given = attempt(database)
    practitioner_login.log_in(database, given, code_for(database, given))
    with pytest.raises(UserError, match="wrong_captcha"):
        practitioner_login.log_in(database, given, "000000")


@pytest.mark.usefixtures("dossier")
def test_a_code_is_used_once(database: Database) -> None:
    given = attempt(database)
    code = code_for(database, given)
    practitioner_login.log_in(database, given, code)
    with pytest.raises(UserError, match="wrong_code"):
        practitioner_login.log_in(database, attempt(database), code)


@pytest.mark.usefixtures("dossier")
def test_a_code_older_than_90_seconds_is_dead(database: Database) -> None:
    given = attempt(database)
    code = code_for(database, given)
    with database.write() as db:
        row = db.scalars(select(OneTimeCode)).one()
        assert (row.expires_at - row.created_at).total_seconds() == 90
        db.execute(update(OneTimeCode).values(expires_at=utc_now().replace(year=2020)))
    with pytest.raises(UserError) as refused:
        practitioner_login.log_in(database, given, code)
    assert refused.value.message == "动态密码错误、已使用或已过期（90 秒内有效），请核对或重新获取"


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
def test_a_captcha_solved_for_one_person_opens_nothing_for_another(database: Database) -> None:
    given = attempt(database)
    code_for(database, given)
    assert guess(database, replace(given, mobile="13900000009")) == "wrong_captcha"
    assert guess(database, given) == "wrong_captcha"


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


@pytest.mark.usefixtures("dossier")
def test_a_code_is_worthless_in_another_visit(database: Database) -> None:
    code = code_for(database, attempt(database))
    with database.write() as db:
        challenge = captchas.new(db, "another visit")
        answer = db.scalar(select(Captcha.answer).where(Captcha.id == challenge.id))
    elsewhere = Attempt("another visit", NUMBER, MOBILE, challenge.id, str(answer))
    with pytest.raises(UserError, match="wrong_code"):
        practitioner_login.log_in(database, elsewhere, code)


def test_many_right_log_ins_from_one_hall_lock_nobody_out(database: Database, dossier: Dossier) -> None:
    for _person in range(12):
        with database.write() as db:
            limits.forget(db, f"login:{NUMBER}:+86{MOBILE}:")
            limits.forget(db, f"send:+86{MOBILE}:")
        given = replace(attempt(database), address="192.0.2.9")
        assert practitioner_login.log_in(database, given, code_for(database, given))
    assert dossier.state == "open"


def guess(database: Database, given: Attempt) -> str:
    try:
        practitioner_login.log_in(database, given, "no code")
    except UserError as error:
        return error.code
    return "in"


@pytest.mark.usefixtures("dossier")
def test_a_second_code_within_a_minute_is_refused_with_the_wait(database: Database) -> None:
    given = attempt(database)
    code_for(database, given)
    with pytest.raises(UserError, match="too_many") as refused:
        practitioner_login.send_code(database, Phone(), given)
    assert "秒后再试" in refused.value.message


@pytest.mark.usefixtures("dossier")
def test_no_code_stands_readable_in_the_database(database: Database) -> None:
    given = attempt(database)
    code = code_for(database, given)
    with database.read() as db:
        kept = db.connection().exec_driver_sql("SELECT code_hash FROM one_time_code").scalar_one()
        sealed = db.connection().exec_driver_sql("SELECT text, mobile FROM sms_message").one()
        message = db.scalars(select(SmsMessage)).one()
    assert code.encode() not in bytes(kept)
    assert code.encode() not in bytes(sealed[0])
    assert (message.status, code in message.text) == ("accepted", True)


def test_a_file_opened_again_lets_its_person_in_as_before(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    with database.write() as db:
        dossiers.reopen_file(db, ADMINISTRATOR, dossier.id, "误关")
    with database.read() as db:
        assert db.get_one(Dossier, dossier.id).state_reason == "误关"
    given = attempt(database)
    ticket = practitioner_login.log_in(database, given, code_for(database, given))
    with database.write() as db:
        assert sessions.redeem(db, VISIT, ticket)


def test_no_file_is_closed_or_opened_again_without_a_reason(database: Database, dossier: Dossier) -> None:
    for change in (dossiers.close_file, dossiers.reopen_file):
        with pytest.raises(FieldErrors), database.write() as db:
            change(db, ADMINISTRATOR, dossier.id, "  ")


def test_closing_the_file_ends_the_log_in(database: Database, dossier: Dossier) -> None:
    given = attempt(database)
    ticket = practitioner_login.log_in(database, given, code_for(database, given))
    with database.write() as db:
        opened = sessions.redeem(db, VISIT, ticket)
        assert opened is not None
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    with database.read() as db:
        assert sessions.who(db, opened[0]).actor.role is Role.VISITOR
    with pytest.raises(UserError, match="unknown_pair"):
        practitioner_login.log_in(database, attempt(database), "000000")
