"""A practitioner's authenticator app: switched on and off by the person, asked for at the log-in, reset at the window."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from app.access import confirmation, lost_phone, practitioner_login, second_factor
from app.access.rights import VISITOR, Actor
from app.access.sms import Message, Receipt
from app.audit.chain import Check
from app.dossiers import chronicle
from app.dossiers import service as dossiers
from app.errors import FieldErrors, Forbidden, UserError
from data.clock import database_now
from data.engine import Database
from data.models import AuditEntry, Authenticator, Dossier, SmsMessage, UserSession
from tests.access.apps import OTHER_SECRET, SECRET, code_now, is_on, logged_in, step, switch_on, wrong_code
from tests.access.logging_in import Phone, answer, attempt, code_for
from tests.people import ADMINISTRATOR, CLERK, OTHER, REVIEWER


class Refusing(Phone):
    """A gateway that takes no message."""

    def send(self, message: Message) -> Receipt:
        return Receipt("refused", "", super().send(message).detail)


def reset(database: Database, actor: Actor, phone: Phone, reason: str = "手机丢失") -> bool:
    return lost_phone.reset(database, phone, CLERK, actor.dossier_id, reason)


def test_a_practitioner_switches_it_on_with_a_right_code_on_record(database: Database, person: Actor) -> None:
    with pytest.raises(UserError, match="wrong_code"):
        second_factor.switch_on(database, Phone(), person, SECRET, wrong_code(database))
    assert not is_on(database, person)
    elsewhere = logged_in(database, person.dossier_id)
    switch_on(database, person)
    assert is_on(database, person)
    with database.read() as db:
        ended = db.get_one(UserSession, elsewhere.session_id).ended_at
        own = db.get_one(UserSession, person.session_id).ended_at
        (noted,) = db.scalars(select(AuditEntry).where(AuditEntry.subject == "authenticator"))
        assert list(Check(db)) == []
    assert (ended is not None, own) == (True, None)
    assert (noted.action, noted.dossier_id) == ("account.own", person.dossier_id)
    assert set(noted.after or {}) == {"second_factor_since"}


def test_only_who_has_shown_lately_who_they_are_switches_it_on(database: Database, person: Actor) -> None:
    with database.write() as db:
        db.execute(update(UserSession).values(confirmed_at=database_now(db) - confirmation.CONFIRMED_FOR))
    with pytest.raises(UserError, match="not_confirmed"):
        second_factor.switch_on(database, Phone(), person, SECRET, code_now(database))
    assert not is_on(database, person)


def test_long_after_the_log_in_it_is_switched_off_with_a_code_only(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        db.execute(update(UserSession).values(confirmed_at=database_now(db) - confirmation.CONFIRMED_FOR))
    with pytest.raises(UserError, match="not_confirmed"), database.write() as db:
        second_factor.give_up(db, enrolled)
    assert is_on(database, enrolled)
    second_factor.give_up_by_code(database, Phone(), enrolled, code_now(database))
    assert not is_on(database, enrolled)


def test_the_log_in_asks_for_it_after_the_right_sms_code_and_not_before(database: Database, enrolled: Actor) -> None:
    given = attempt(database)
    code = code_for(database, given)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    with pytest.raises(UserError) as refused:
        practitioner_login.log_in(database, given, wrong)
    assert refused.value.message == "动态密码错误、已使用或已过期（90 秒内有效），请核对或重新获取"
    actor = practitioner_login.log_in(database, given, code)
    assert (actor.subject_id, actor.session_id) == (enrolled.subject_id, None)
    assert [step(database, actor), step(database, actor, passed=True)] == ["second_factor", "enter"]


def test_of_two_people_only_the_one_who_has_it_is_asked(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        other = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13800000002", source="card").dossier
    assert step(database, logged_in(database, other.id)) == "enter"
    assert step(database, enrolled) == "second_factor"


def test_a_code_gets_in_once_and_a_wrong_one_costs_no_new_sms(database: Database, enrolled: Actor) -> None:
    given = attempt(database)
    actor = practitioner_login.log_in(database, given, code_for(database, given))
    code = code_now(database)
    told = [answer(database, actor, each) for each in (wrong_code(database), code, code)]
    assert told == ["wrong_code", "in", "wrong_code"]
    assert enrolled.subject_id == actor.subject_id


def test_five_wrong_codes_lock_and_then_the_right_one_does_not_help(database: Database, enrolled: Actor) -> None:
    wrong = wrong_code(database)
    assert [answer(database, enrolled, wrong) for _try in range(6)] == ["wrong_code"] * 5 + ["too_many"]
    assert answer(database, enrolled, code_now(database)) == "too_many"


def test_it_is_switched_off_with_a_code_and_the_log_in_is_as_before(database: Database, enrolled: Actor) -> None:
    with pytest.raises(UserError, match="wrong_code"):
        second_factor.give_up_by_code(database, Phone(), enrolled, wrong_code(database))
    assert is_on(database, enrolled)
    second_factor.give_up_by_code(database, Phone(), enrolled, code_now(database))
    assert step(database, enrolled) == "enter"
    with database.read() as db:
        assert db.scalars(select(Authenticator.totp_secret)).all() == [None]


@pytest.mark.parametrize(("setting", "expected"), [("off", "enter"), ("offered", "enter"), ("required", "enrol")])
def test_an_installation_can_require_it_of_everybody(
    database: Database, dossier: Dossier, configure: Callable[[str, str], None], setting: str, expected: str
) -> None:
    configure("practitioner_second_factor", setting)
    given = attempt(database)
    actor = practitioner_login.log_in(database, given, code_for(database, given))
    assert step(database, actor) == expected
    if expected == "enrol":
        switch_on(database, actor)
        assert step(database, actor, passed=True) == "enter"
        assert actor.subject_id == dossier.id


def test_whoever_has_it_is_asked_also_where_it_is_offered_no_more(
    database: Database, enrolled: Actor, configure: Callable[[str, str], None]
) -> None:
    configure("practitioner_second_factor", "off")
    assert step(database, enrolled) == "second_factor"


def test_the_window_resets_a_lost_one_with_a_reason_and_the_person_is_told(database: Database, enrolled: Actor) -> None:
    for _try in range(5):
        answer(database, enrolled, wrong_code(database))
    with pytest.raises(FieldErrors):
        reset(database, enrolled, Phone(), "  ")
    assert is_on(database, enrolled)
    phone = Phone()
    assert reset(database, enrolled, phone)
    (sent,) = phone.received
    assert (sent.mobile, sent.text) == (
        "+8613800000001",
        "【从业档案】受理窗口已重置您的身份验证器，原来的已停用。如非本人要求，请立即联系受理窗口。",
    )
    with database.read() as db:
        assert db.get_one(UserSession, enrolled.session_id).ended_at is not None
        assert db.scalars(select(SmsMessage.status).where(SmsMessage.purpose == "reset")).all() == ["accepted"]
        noted = db.scalars(select(AuditEntry).where(AuditEntry.action == "authenticator.reset")).one()
        told = [each for each in chronicle.events(db, CLERK, enrolled.dossier_id) if each.number == noted.number]
    assert (noted.actor_id, noted.dossier_id) == (CLERK.subject_id, enrolled.dossier_id)
    assert (noted.after or {})["reset_reason"] == "手机丢失"
    assert [(each.what, [change.new for change in each.changes]) for each in told] == [
        ("修改身份验证器", ["手机丢失", ""])
    ]
    again = logged_in(database, enrolled.dossier_id)
    assert step(database, again) == "enter"
    switch_on(database, again, OTHER_SECRET)  # the wrong tries of before count no more
    assert answer(database, again, code_now(database, OTHER_SECRET)) == "in"


def test_without_a_mobile_the_clerk_is_told_that_nobody_was(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        db.execute(update(Dossier).values(mobile=None, mobile_index=None))
    phone = Phone()
    assert not reset(database, enrolled, phone)
    assert phone.received == []
    assert not is_on(database, enrolled)


def test_with_the_sms_refused_the_reset_stands_and_the_clerk_is_told(database: Database, enrolled: Actor) -> None:
    assert not reset(database, enrolled, Refusing())
    assert not is_on(database, enrolled)


@pytest.mark.parametrize("who", [ADMINISTRATOR, REVIEWER, VISITOR])
def test_nobody_but_the_window_resets_it(database: Database, enrolled: Actor, who: Actor) -> None:
    with pytest.raises(Forbidden):
        lost_phone.reset(database, Phone(), who, enrolled.dossier_id, "手机丢失")
    with pytest.raises(Forbidden):
        lost_phone.reset(database, Phone(), enrolled, enrolled.dossier_id, "手机丢失")
    assert is_on(database, enrolled)


def test_who_switches_it_on_or_off_is_told_by_sms(database: Database, person: Actor) -> None:
    phone = Phone()
    second_factor.switch_on(database, phone, person, SECRET, code_now(database))
    with database.write() as db:
        db.execute(update(Authenticator).values(totp_used=None))
    with pytest.raises(UserError, match="wrong_code"):
        second_factor.give_up_by_code(database, phone, person, wrong_code(database))
    second_factor.give_up_by_code(database, phone, person, code_now(database))
    assert [(sent.mobile, sent.purpose, sent.text) for sent in phone.received] == [
        ("+8613800000001", "factor", f"【从业档案】您的账号已{done}身份验证器。如非本人操作，请立即联系受理窗口。")
        for done in ("启用", "停用")
    ]
    with database.read() as db:
        assert db.scalars(select(SmsMessage.status).where(SmsMessage.purpose == "factor")).all() == ["accepted"] * 2


def test_with_the_sms_refused_it_is_switched_on_all_the_same(database: Database, person: Actor) -> None:
    assert second_factor.switch_on(database, Refusing(), person, SECRET, code_now(database)) == []
    assert is_on(database, person)


def test_no_other_app_takes_the_place_of_one_that_is_on(database: Database, enrolled: Actor) -> None:
    with pytest.raises(UserError, match="already_on"):
        second_factor.switch_on(database, Phone(), enrolled, OTHER_SECRET, code_now(database, OTHER_SECRET))
    told = [answer(database, enrolled, code_now(database, secret)) for secret in (OTHER_SECRET, SECRET)]
    assert told == ["wrong_code", "in"]
