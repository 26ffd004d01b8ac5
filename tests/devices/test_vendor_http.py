"""Cards through makers' local services, each in its own words."""

import base64
import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.sources import ReaderError
from devices.vendor_fields import NATIONS, FieldsError, reading_of
from devices.vendor_http import VENDORS, VendorSource
from tests.devices.cards import HMT, JPEG, RESIDENT
from tests.devices.vendor_service import running

PHOTO = base64.b64encode(JPEG).decode()
CVR = {
    "resultFlag": 0, "errorMsg": "", "partyName": "测试甲", "gender": "男", "nation": "汉", "bornDay": "19900307",
    "certAddress": "某省某市某区某路 1 号", "certNumber": "", "certOrg": "某市公安局", "effDate": "20200101",
    "expDate": "20400101", "identityPic": PHOTO, "certType": " ",
}  # fmt: skip
SYNJONES = {
    "code": "0", "retcode": "0x90 0x1", "name": "测试甲", "sex": "男", "nation": "汉族", "born": "1990年03月07日",
    "address": "某省某市某区某路 1 号", "cardno": "", "police": "某市公安局", "userlifeb": "2020.01.01",
    "userlifee": "长期", "photobase64": f"data:image/jpeg;base64,{PHOTO}", "CardType": "0",
}  # fmt: skip
ZKTECO = {
    "ret": 0,
    "Certificate": {
        "Name": "测试甲", "Sex": "1", "Nation": "01", "Birthday": "1990-03-07", "Address": "某省某市某区某路 1 号",
        "IDNumber": "", "IDIssued": "某市公安局", "IssuedData": "2020-01-01", "ValidDate": "2040-01-01",
        "Base64Photo": PHOTO,
    },
}  # fmt: skip
PATHS = {"cvr": "/readcard", "synjones": "/api/ReadMsg", "zkteco": "/ZKIDROnline/ScanReadIdCardInfo"}


def answers(vendor: str, number: str, **changes: object) -> dict[str, Any]:
    answer = json.loads(json.dumps({"cvr": CVR, "synjones": SYNJONES, "zkteco": ZKTECO}[vendor]))
    place = answer["Certificate"] if vendor == "zkteco" else answer
    place[{"cvr": "certNumber", "synjones": "cardno", "zkteco": "IDNumber"}[vendor]] = number
    answer |= changes
    return {"/OpenDevice": {"resultFlag": 0}, PATHS[vendor]: answer, "/CloseDevice": {"resultFlag": 0}}


def code_of(vendor: str, port: int) -> str:
    with pytest.raises(ReaderError) as failed:
        VendorSource(VENDORS[vendor], port).read(1)
    return failed.value.code


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_resident_card_is_read_with_its_decoded_photo(vendor: str) -> None:
    with running(answers(vendor, str(RESIDENT["number"]))) as service:
        source = VendorSource(VENDORS[vendor], service.port)
        assert source.status().state == "no_card"
        reading = source.read(3)
    assert (reading.document_type, reading.number, reading.name) == ("resident_id", RESIDENT["number"], "测试甲")
    assert (reading.sex, reading.ethnicity, reading.birth_date) == ("1", "01", date(1990, 3, 7))
    assert (reading.authority, reading.valid_from) == ("某市公安局", date(2020, 1, 1))
    assert reading.valid_to == (None if vendor == "synjones" else date(2040, 1, 1))
    assert "validity_unreadable" not in reading.warnings
    assert (reading.photo, reading.source) == (JPEG, vendor)
    assert b"20" in reading.raw


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_number_tells_what_kind_of_card_it_is(vendor: str) -> None:
    with running(answers(vendor, str(HMT["number"]))) as service:
        assert VendorSource(VENDORS[vendor], service.port).read(1).document_type == "hmt_residence"
    with running(answers(vendor, "CAN110081080319")) as service:
        assert VendorSource(VENDORS[vendor], service.port).read(1).document_type == "foreigner_residence"


def test_the_service_is_opened_asked_and_closed_again() -> None:
    with running(answers("cvr", str(RESIDENT["number"]))) as service:
        VendorSource(VENDORS["cvr"], service.port).read(1)
        assert service.asked == ["/OpenDevice", "/readcard", "/CloseDevice"]
    with running(answers("synjones", str(RESIDENT["number"]))) as service:
        VendorSource(VENDORS["synjones"], service.port).read(4)
        assert service.asked == ["/api/ReadMsg?waitTime=4&readOnce=1"]


def test_the_service_is_closed_after_a_failure_too() -> None:
    with running(answers("cvr", "") | {"/readcard": {"resultFlag": -1, "errorMsg": "读卡失败"}}) as service:
        assert code_of("cvr", service.port) == "timeout"
        assert service.asked[-1] == "/CloseDevice"


def test_a_reader_that_does_not_open_is_no_reader() -> None:
    with running({"/OpenDevice": {"resultFlag": -1}}) as service:
        assert code_of("cvr", service.port) == "no_reader"


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_service_is_no_reader(vendor: str) -> None:
    with running({}) as service:
        port = service.port
    assert VendorSource(VENDORS[vendor], port).status().state == "no_reader"
    assert code_of(vendor, port) == "no_reader"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"\xff\xfe", json.dumps({"ret": 0}).encode()])
def test_an_answer_that_is_no_card_is_bad_data(content: bytes) -> None:
    with running({PATHS["zkteco"]: content}) as service:
        assert code_of("zkteco", service.port) == "bad_data"


def test_an_answer_in_the_older_encoding_is_understood() -> None:
    answer = json.dumps(answers("synjones", str(RESIDENT["number"]))[PATHS["synjones"]], ensure_ascii=False)
    with running({PATHS["synjones"]: answer.encode("gb18030")}) as service:
        assert VendorSource(VENDORS["synjones"], service.port).read(1).name == "测试甲"


def test_the_nations_are_those_of_the_code_table() -> None:
    from data.codes import code_table

    table = code_table("ethnicity")
    assert [table.label(f"{code:02}", "zh_CN").removesuffix("族") for code in range(1, 57)] == NATIONS


@given(
    st.fixed_dictionaries(
        {key: st.text(max_size=40) for key in VENDORS["synjones"].fields}
        | {"number": st.one_of(st.text(max_size=20), st.just(RESIDENT["number"]))}
    )
)
def test_any_texts_are_a_reading_or_refused(values: dict[str, str]) -> None:
    with suppress(FieldsError):
        reading_of(values, today=date(2026, 11, 24), source="synjones", raw=b"")
