"""Opening files at the window, updating them, finding people."""

from datetime import date

import pytest

from app.access.rights import Actor
from app.audit import trail
from app.dossiers import chronicle, search
from app.dossiers import service as dossiers
from app.dossiers.card_messages import warning_text
from app.dossiers.documents import clean_number
from app.dossiers.wanted import Wanted
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Dossier
from tests.people import CLERK, IDENTITY, MOBILE, NUMBER, OTHER


def open_file(
    database: Database, identity: dict[str, object], mobile: str = "", photo: bytes | None = None
) -> dossiers.Opened:
    with database.write() as db:
        return dossiers.open_file(db, CLERK, identity, photo=photo, mobile=mobile, source="card")


def found(database: Database, text: str) -> list[str]:
    with database.read() as db:
        return [dossier.name for dossier in search.page(db, CLERK, Wanted(text)).rows]


def test_a_confirmed_card_opens_a_file_with_all_its_fields(database: Database) -> None:
    opened = open_file(database, IDENTITY, photo=b"portrait")
    assert opened.created
    with database.read() as db:
        kept = dossiers.view(db, CLERK, opened.dossier.id)
    assert {key: getattr(kept, key) for key in IDENTITY} == IDENTITY
    assert (kept.photo, kept.self_service) == (b"portrait", None)


def test_a_mobile_opens_self_service_at_once(database: Database) -> None:
    assert open_file(database, IDENTITY, MOBILE).dossier.self_service == "window"


def test_reading_the_same_card_again_updates_and_keeps_the_old_values(database: Database, dossier: Dossier) -> None:
    opened = open_file(database, {**IDENTITY, "address": "新住址 2 号", "valid_to": None})
    assert (opened.created, opened.dossier.id, set(opened.changed)) == (False, dossier.id, {"address", "valid_to"})
    with database.read() as db:
        newest = trail.history(db, CLERK, dossier.id)[0]
    assert newest.before == {"address": IDENTITY["address"], "valid_to": "2035-06-01"}
    assert newest.actor_id == CLERK.subject_id


def test_reading_an_unchanged_card_changes_nothing(database: Database, dossier: Dossier) -> None:
    with database.read() as db:
        before = len(trail.history(db, CLERK, dossier.id))
    assert open_file(database, IDENTITY).changed == ()
    with database.read() as db:
        assert len(trail.history(db, CLERK, dossier.id)) == before


@pytest.mark.usefixtures("dossier")
def test_a_mobile_of_another_person_is_refused(database: Database) -> None:
    with pytest.raises(FieldErrors) as refused:
        open_file(database, OTHER, MOBILE)
    assert refused.value.fields == {"mobile": "该手机号已注册过个人短信用户，无法重复注册"}
    assert found(database, "李四娘") == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": ""}, "name", "请填写姓名"),
        (
            {"number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")},
            "number",
            "身份证号未通过校验，请对照证件逐位核对",
        ),
        (
            {"birth_date": date(1990, 3, 8)},
            "birth_date",
            "出生日期（1990-03-08）与身份证号中的 1990-03-07 不一致，请核对",
        ),
        ({"sex": "2"}, "sex", "性别与身份证号第 17 位不一致，请核对"),
        ({"valid_to": date(2015, 5, 31)}, "valid_to", "有效期限的结束（2015-05-31）早于开始（2015-06-01），请核对"),
        ({"document_type": "passport", "number": "E1"}, "number", "证件号码应为5–15 位字母或数字，现有 2 位，请核对"),
        (
            {"document_type": "home_return", "number": "X12345678"},
            "number",
            "证件号码应为H 或 M 加 8 位（旧版 10 位）数字，现有 9 位，请核对",
        ),
    ],
)
def test_each_wrong_entry_is_told(database: Database, change: dict[str, object], field: str, message: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        open_file(database, {**IDENTITY, **change})
    assert refused.value.fields == {field: message}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, "check_digit"),
        ({"birth_date": date(1990, 3, 8)}, "birth_differs_from_number"),
        ({"sex": "2"}, "sex_differs"),
    ],
)
def test_a_chip_that_contradicts_itself_is_kept_once_the_clerk_compared_it_and_that_is_on_record(
    database: Database, change: dict[str, object], found: str
) -> None:
    identity = {**IDENTITY, **change}
    with pytest.raises(FieldErrors), database.write() as db:
        # What was typed in has no chip to be as.
        dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="manual", contradictions_seen=True)
    with database.write() as db:
        opened = dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="card", contradictions_seen=True)
    assert opened.created
    with database.read() as db:
        newest, opening = trail.history(db, CLERK, opened.dossier.id)
        told = chronicle.events(db, CLERK, opened.dossier.id)[0]
    assert (newest.after, newest.actor_id) == ({"contradictions": [found]}, CLERK.subject_id)
    assert opening.before is None
    assert told.what == "核对原件后保留证件上的矛盾"
    assert [change.new for change in told.changes] == [warning_text(found)]


@pytest.mark.parametrize(
    "typed", ["190101 19000101 006x", "１９０１０１１９００0101006Ｘ", "\t19010119000101006ｘ　", "19010119000101006X"]
)
def test_a_number_is_understood_as_people_type_it(typed: str) -> None:
    assert clean_number("resident_id", typed) == "19010119000101006X"


@pytest.mark.parametrize("typed", ["19010119000101006", "190101190001010O6X", "19010119000101006Y", "😀", "𠮷" * 18])
def test_what_is_no_number_is_told(typed: str) -> None:
    with pytest.raises(UserError) as refused:
        clean_number("resident_id", typed)
    assert refused.value.message.startswith("身份证号应为 18 位")


@pytest.mark.parametrize("mobile", ["1380000", "not a number", "02112345678", "１３８"])
def test_a_wrong_mobile_is_told_with_its_digits(database: Database, mobile: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        open_file(database, IDENTITY, mobile)
    assert "手机号码不正确" in refused.value.fields["mobile"]


@pytest.mark.parametrize(
    ("document_type", "number"),
    [
        ("officer", "军字第0123456号"),
        ("passport", "e12345678"),
        ("home_return", "H12345678"),
        ("taiwan_permit", "01234567"),
    ],
)
def test_other_documents_open_files_of_their_own(database: Database, document_type: str, number: str) -> None:
    opened = open_file(database, {**IDENTITY, "document_type": document_type, "number": number})
    assert opened.dossier.number == number.upper()


@pytest.mark.usefixtures("dossier")
@pytest.mark.parametrize(
    "text", ["张", "张三", "张三丰", NUMBER, NUMBER.lower(), f" {NUMBER} ", MOBILE, "+86 138 0000 0001", ""]
)
def test_people_are_found_by_name_number_and_mobile(database: Database, text: str) -> None:
    assert found(database, text) == ["张三丰"]


@pytest.mark.usefixtures("dossier")
@pytest.mark.parametrize("text", ["李", NUMBER[:-1], "13800000002", "%", "_"])
def test_nobody_is_found_by_something_else(database: Database, text: str) -> None:
    assert found(database, text) == []


def test_changing_the_mobile_at_the_window_ends_log_ins_with_the_old(
    database: Database, dossier: Dossier, owner: Actor
) -> None:
    with database.write() as db:
        dossiers.change_mobile(db, CLERK, dossier.id, "13900000002")
    with database.read() as db:
        assert db.get_one(Dossier, dossier.id).mobile == "+8613900000002"
        newest = trail.history(db, owner, dossier.id)[0]
    assert (newest.action, newest.before) == ("mobile.change", {"mobile": "+8613800000001"})
