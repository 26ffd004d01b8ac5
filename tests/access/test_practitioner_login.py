"""短信用户登录 on both databases, with the guide's messages."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app.access import captchas, practitioner_login, sessions
from app.access.practitioner_login import Attempt
from app.access.rights import Role
from app.dossiers import merging
from app.dossiers import service as dossiers
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Captcha, Dossier, OneTimeCode, SmsMessage
from data.models.base import utc_now
from tests.access.logging_in import VISIT, Phone, attempt, code_for, guess, let_in, solved
from tests.people import ADMINISTRATOR, CLERK, MOBILE, NUMBER, OTHER


def test_number_mobile_captcha_and_code_open_the_own_file(database: Database, dossier: Dossier) -> None:
    given = attempt(database)
    ticket = let_in(database, given, code_for(database, given))
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


def test_the_number_of_a_file_that_was_merged_opens_the_one_that_stayed(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        second = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13900000002", source="manual").dossier
        merging.merge(db, ADMINISTRATOR, second.id, dossier.id, "同一人")
    given = attempt(database, NUMBER, "13900000002")
    ticket = let_in(database, given, code_for(database, given))
    with database.write() as db:
        opened = sessions.redeem(db, VISIT, ticket)
    assert opened is not None
    assert opened.subject_id == second.id
    assert guess(database, attempt(database)) == "unknown_pair", "the mobile that did not stay"


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
def test_a_captcha_solved_for_one_person_opens_nothing_for_another(database: Database) -> None:
    given = attempt(database)
    code_for(database, given)
    assert guess(database, replace(given, mobile="13900000009")) == "wrong_captcha"
    assert guess(database, given) == "wrong_captcha"


@pytest.mark.usefixtures("dossier")
def test_a_code_is_worthless_in_another_visit(database: Database) -> None:
    code = code_for(database, attempt(database))
    with database.write() as db:
        challenge = captchas.new(db, "another visit")
        answer = db.scalar(select(Captcha.answer).where(Captcha.id == challenge.id))
    elsewhere = Attempt("another visit", NUMBER, MOBILE, challenge.id, str(answer))
    with pytest.raises(UserError, match="wrong_code"):
        practitioner_login.log_in(database, elsewhere, code)


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
    ticket = let_in(database, given, code_for(database, given))
    with database.write() as db:
        assert sessions.redeem(db, VISIT, ticket)


def test_no_file_is_closed_or_opened_again_without_a_reason(database: Database, dossier: Dossier) -> None:
    for change in (dossiers.close_file, dossiers.reopen_file):
        with pytest.raises(FieldErrors), database.write() as db:
            change(db, ADMINISTRATOR, dossier.id, "  ")


def test_closing_the_file_ends_the_log_in(database: Database, dossier: Dossier) -> None:
    given = attempt(database)
    ticket = let_in(database, given, code_for(database, given))
    with database.write() as db:
        opened = sessions.redeem(db, VISIT, ticket)
        assert opened is not None
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    with database.read() as db:
        assert sessions.who(db, opened[0]).actor.role is Role.VISITOR
    with pytest.raises(UserError, match="unknown_pair"):
        practitioner_login.log_in(database, attempt(database), "000000")
