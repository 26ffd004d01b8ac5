"""短信用户注册 on both databases: every answer of the guide, word for word."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from app.access import captchas, registration
from app.access.rights import VISITOR
from app.dossiers import merging
from app.dossiers import service as dossiers
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Captcha, Dossier
from tests.access.logging_in import VISIT, Phone
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, MOBILE, OTHER, id_number

CARD = {key: IDENTITY[key] for key in registration.TYPED}


@pytest.fixture
def file_without_mobile(database: Database) -> Dossier:
    with database.write() as db:
        return dossiers.open_file(db, CLERK, IDENTITY, photo=None, mobile="", source="card").dossier


def verify(database: Database, typed: dict[str, object]) -> uuid.UUID:
    with database.write() as db:
        challenge = captchas.new(db, VISIT)
        answer = db.scalar(select(Captcha.answer).where(Captcha.id == challenge.id))
    return registration.verify_card(database, VISIT, typed, challenge.id, str(answer))


def register(database: Database, dossier_id: uuid.UUID, mobile: str) -> None:
    phone = Phone()
    registration.send_code(database, phone, dossier_id, mobile)
    registration.complete(database, VISITOR, dossier_id, mobile, phone.received[0].code)


def test_a_card_without_a_file_is_told_so(database: Database) -> None:
    with pytest.raises(UserError) as refused:
        verify(database, CARD)
    assert refused.value.message == "该身份证尚未完成人员读卡建档"


@pytest.mark.usefixtures("dossier")
def test_a_file_opened_with_a_mobile_needs_no_registration(database: Database) -> None:
    with pytest.raises(UserError) as refused:
        verify(database, CARD)
    assert refused.value.message == "用户已经完成人员读卡建档，可以使用建档信息直接登录"


def test_registering_binds_the_mobile_and_a_second_time_is_refused(
    database: Database, file_without_mobile: Dossier
) -> None:
    dossier_id = verify(database, CARD)
    assert dossier_id == file_without_mobile.id
    register(database, dossier_id, MOBILE)
    with database.read() as db:
        kept = db.get_one(Dossier, dossier_id)
    assert (kept.mobile, kept.self_service) == ("+8613800000001", "sms")
    with pytest.raises(UserError) as refused:
        verify(database, CARD)
    assert refused.value.message == "该证件号已经注册过短信用户，无法再次注册"


@pytest.mark.usefixtures("file_without_mobile")
@pytest.mark.parametrize(
    "change",
    [
        {"name": "张三风"},
        {"sex": "9"},
        {"ethnicity": "02"},
        {"birth_date": date(1990, 3, 8)},
        {"address": "别处"},
        {"authority": "别的公安局"},
        {"valid_from": date(2015, 6, 2)},
        {"valid_to": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_one_message_for_whichever_field_differs(database: Database, change: dict[str, object]) -> None:
    with pytest.raises(UserError) as refused:
        verify(database, {**CARD, **change})
    assert refused.value.message == "所填信息与建档信息不一致，请对照身份证逐项核对后重新填写"


@pytest.mark.usefixtures("file_without_mobile")
def test_spaces_and_full_width_digits_make_no_difference(database: Database) -> None:
    assert verify(database, {**CARD, "address": "某市某区 某路１号", "name": " 张三丰 "})


def test_the_card_of_a_file_that_was_merged_registers_for_the_one_that_stayed(
    database: Database, file_without_mobile: Dossier
) -> None:
    with database.write() as db:
        second = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card").dossier
        merging.merge(db, ADMINISTRATOR, second.id, file_without_mobile.id, "同一人")
    assert verify(database, CARD) == second.id
    register(database, second.id, MOBILE)
    with pytest.raises(UserError, match="registered"):
        verify(database, CARD)
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, second.id, "本人申请")
    with pytest.raises(UserError, match="no_file"):
        verify(database, CARD)


def test_a_mobile_of_somebody_else_is_refused(database: Database, file_without_mobile: Dossier) -> None:
    with database.write() as db:
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile=MOBILE, source="card")
    with pytest.raises(UserError) as refused:
        registration.send_code(database, Phone(), file_without_mobile.id, MOBILE)
    assert refused.value.message == "该手机号已注册过个人短信用户，无法重复注册"


def test_a_wrong_code_binds_nothing(database: Database, file_without_mobile: Dossier) -> None:
    phone = Phone()
    registration.send_code(database, phone, file_without_mobile.id, MOBILE)
    wrong = f"{(int(phone.received[0].code) + 1) % 1_000_000:06}"
    with pytest.raises(UserError, match="wrong_code"):
        registration.complete(database, VISITOR, file_without_mobile.id, MOBILE, wrong)
    with database.read() as db:
        assert db.get_one(Dossier, file_without_mobile.id).mobile is None


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": ""}, "name", "请填写姓名"),
        ({"sex": ""}, "sex", "请选择性别"),
        ({"address": ""}, "address", "请填写住址"),
        (
            {"number": "1901011990"},
            "number",
            "身份证号应为 18 位（前 17 位是数字，末位是数字或 X），现有 10 位，请核对",
        ),
        (
            {"number": id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1")},
            "number",
            "身份证号未通过校验，请对照证件逐位核对",
        ),
        ({"valid_to": ""}, "valid_to", "请填写有效期止，或勾选「长期」"),
    ],
)
def test_all_of_the_card_is_required(database: Database, change: dict[str, object], field: str, message: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        verify(database, {**CARD, **change})
    assert refused.value.fields == {field: message}


@pytest.mark.usefixtures("file_without_mobile")
def test_guessing_a_card_is_limited(database: Database) -> None:
    answers = []
    for attempt in range(11):
        with pytest.raises(UserError) as refused:
            verify(database, {**CARD, "address": f"猜 {attempt}"})
        answers.append(refused.value.code)
    assert answers == ["card_differs"] * 10 + ["too_many"]
