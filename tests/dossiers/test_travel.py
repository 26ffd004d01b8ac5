"""Passports and permits at the window: what the clerk is told, and what becomes of the file."""

from datetime import date
from pathlib import Path

import pytest

from app.dossiers import service as dossiers
from app.dossiers import travel
from app.errors import UserError
from app.settings import settings
from data.engine import Database
from devices.travel_document.authenticity import Authenticity, Verdict
from devices.travel_document.reader import Key
from devices.vpcd import Slot
from tests.devices.documents import CAN, PASSPORT, PERMIT, chip, issuer, key_of
from tests.people import CLERK


def code_and_text(text: str) -> tuple[str, str]:
    with pytest.raises(UserError) as refused:
        travel.read_zone(text)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "mrz_empty", "请输入机读码（证件底部的两行或三行字符）"),
        (PASSPORT[0] + "\n" + PASSPORT[1][:-1], "mrz_length", "机读码第 2 行应有 44 个字符，现有 43 个，请核对"),
        ("".join(PASSPORT)[:-2], "mrz_length", "机读码应有 88 个字符，现有 86 个，请核对"),
        ("X" * 88, "mrz_layout", "机读码开头不是护照或通行证的代码（P、CR、CT），请核对"),
        (
            "\n".join(PASSPORT).replace("X123", "X132"),
            "mrz_check",
            "机读码第 2 行第 1–10 位（证件号码）与校验位不符，请逐位核对",
        ),
        (
            "\n".join(PASSPORT).replace("900517", "9O0517"),
            "mrz_character",
            "机读码第 2 行第 15 位（出生日期）不应是这个字符，请核对",
        ),
    ],
)
def test_a_wrong_zone_is_told_with_its_place(text: str, code: str, message: str) -> None:
    assert code_and_text(text) == (code, message)


def test_mainland_residents_own_permits_are_not_taken() -> None:
    assert code_and_text("CSCC63541450<3301122<9710212<<")[0] == "mrz_kind"


@pytest.mark.parametrize("digits", ["12345", "1234567", "12345a", "１２３４５６"])
def test_a_card_access_number_has_six_digits(digits: str) -> None:
    with pytest.raises(UserError, match="can"):
        travel.clean_can(digits)


def test_a_zone_alone_opens_a_file_without_photo(database: Database) -> None:
    reading = travel.reading_of_zone(travel.read_zone("\n".join(PASSPORT)))
    with database.write() as db:
        opened = dossiers.open_file(
            db, CLERK, travel.identity(reading, None), photo=None, mobile="", source="manual"
        ).dossier
    assert (opened.document_type, opened.number, opened.name) == ("passport", "X1234567", "OKAFOR ADA MARIA")
    assert (opened.birth_date, opened.valid_to, opened.sex) == (date(1990, 5, 17), date(2033, 1, 12), "2")


def test_what_the_document_does_not_tell_stays_in_the_file(database: Database) -> None:
    reading = travel.reading_of_zone(travel.read_zone("\n".join(PERMIT)))
    added = {"name": "陈大文", "authority": "国家移民管理局", "address": "香港某街 1 号"}
    with database.write() as db:
        dossiers.open_file(db, CLERK, travel.identity(reading, None) | added, photo=None, mobile="", source="manual")
    with database.read() as db:
        known = dossiers.known_person(db, CLERK, "home_return", "H12345678")
        again = travel.identity(reading, known)
    assert {key: again[key] for key in added} == added


def test_a_chip_on_the_reader_gives_photo_and_verdict(
    slot: Slot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "utopia.pem").write_bytes(issuer().country_pem)
    slot.lay(chip(signed_by=issuer()))
    got = travel.read_chip(Key(mrz=key_of(PASSPORT)))
    assert got.reading.photo is not None
    assert got.authenticity.verdict == Verdict.ISSUER_UNKNOWN
    monkeypatch.setattr(settings(), "country_certificates", tmp_path)
    assert travel.read_chip(Key(mrz=key_of(PASSPORT))).authenticity.verdict == Verdict.VERIFIED
    (tmp_path / "broken.cer").write_bytes(b"broken")
    with pytest.raises(UserError, match="certificates"):
        travel.read_chip(Key(mrz=key_of(PASSPORT)))


def test_a_chip_that_does_not_open_says_what_to_do(slot: Slot) -> None:
    slot.lay(chip())
    with pytest.raises(UserError) as refused:
        travel.read_chip(Key(can=CAN))
    assert refused.value.message == "这个芯片不能用卡号打开，请输入机读码"


@pytest.mark.parametrize("verdict", Verdict)
def test_only_a_known_country_is_called_the_issuer(verdict: Verdict) -> None:
    text = travel.authenticity_text(Authenticity(verdict, country="Utopia"))
    assert ("由签发国签名" in text) is (verdict is Verdict.VERIFIED)
