"""The text block: every field of all four layouts, what does not fit, and any bytes at all."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.resident_card import BLOCK_BYTES, BlockError, CardReading, parse_block
from devices.virtual_cards import block_of
from tests.devices.cards import ALL, FOREIGNER_2023, HMT, RESIDENT, TODAY


def read(card: dict[str, Any]) -> CardReading:
    return parse_block(block_of(card), today=TODAY)


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_every_field_of_every_layout_is_read(card: dict[str, Any]) -> None:
    reading = read(card)
    assert {key: getattr(reading, key) for key in card} == card
    assert reading.warnings == ()
    assert reading.raw == block_of(card)


def test_the_card_of_2023_gives_neither_ethnicity_nor_address() -> None:
    # Who ignores the flag reads renewals as ethnicity and the Latin name as an address.
    reading = read(FOREIGNER_2023)
    assert (reading.ethnicity, reading.address) == ("", "")
    assert reading.name_latin.endswith("FITZ GERAL")


def test_a_block_written_by_hand_byte_by_byte() -> None:
    block = (
        "张三丰".ljust(15) + "1" + "01" + "19900307" + "某市某区某路 1 号".ljust(35)
        + "190101199003070016" + "某市公安局".ljust(15) + "20150601" + "长期".ljust(8) + " " * 18
    ).encode("utf-16-le")  # fmt: skip
    reading = parse_block(block, today=TODAY)
    assert (reading.name, reading.number, reading.birth_date) == ("张三丰", "190101199003070016", date(1990, 3, 7))
    assert (reading.address, reading.authority) == ("某市某区某路 1 号", "某市公安局")
    assert (reading.valid_from, reading.valid_to, reading.warnings) == (date(2015, 6, 1), None, ())


def test_nulls_in_place_of_spaces_are_the_same() -> None:
    block = block_of(RESIDENT).replace(b" \x00", b"\x00\x00")
    assert parse_block(block, today=TODAY).name == "张三丰"
    assert parse_block(block, today=TODAY).document_type == "resident_id"


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"birth_date": date(1990, 3, 8)}, "birth_differs_from_number"),
        ({"sex": "2"}, "sex_differs"),
        ({"number": RESIDENT["number"][:-1] + "0"}, "check_digit"),
        ({"number": HMT["number"]}, "prefix_differs"),
        ({"valid_to": date(2026, 11, 23)}, "expired"),
        ({"valid_from": date(2026, 11, 25), "valid_to": date(2036, 11, 25)}, "not_yet_valid"),
        ({"name": "张\ue000"}, "rare_character"),
        ({"name": "张\U000f1234"}, "rare_character"),
        ({"birth_date": "1990022"}, "birth_unreadable"),
        ({"birth_date": "19900230"}, "birth_unreadable"),
        ({"valid_from": "2015060"}, "validity_unreadable"),
        ({"valid_to": "永久"}, "validity_unreadable"),
        ({"number": "190101900307001", "sex": "1"}, "legacy_number"),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, Any], warning: str) -> None:
    assert read({**RESIDENT, **change}).warnings == (warning,)


@pytest.mark.parametrize("change", [{"valid_to": TODAY}, {"valid_from": TODAY}, {"valid_to": None}, {"sex": "0"}])
def test_the_last_and_the_first_day_and_an_open_end_are_valid(change: dict[str, Any]) -> None:
    assert read({**RESIDENT, **change}).warnings == ()


@pytest.mark.parametrize(
    ("card", "number"),
    [(HMT, RESIDENT["number"]), (FOREIGNER_2023, "190101198501010010"), (RESIDENT, FOREIGNER_2023["number"])],
)
def test_a_number_of_another_kind_of_card_is_told(card: dict[str, Any], number: str) -> None:
    block = bytearray(block_of(card))
    block[122:158] = number.encode("utf-16-le")
    assert "prefix_differs" in parse_block(bytes(block), today=TODAY).warnings


def test_a_number_of_15_digits_becomes_one_of_18() -> None:
    assert read({**RESIDENT, "number": "190101900307001"}).number == RESIDENT["number"]


@pytest.mark.parametrize(
    ("on_card", "read_as"),
    [
        ("刘\ue863", "刘䶮"),
        ("王𠮷", "王𠮷"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("迪力木拉提・吐尔逊江", "迪力木拉提·吐尔逊江"),
    ],
)
def test_names_are_written_in_public_characters(on_card: str, read_as: str) -> None:
    reading = read({**RESIDENT, "name": on_card})
    assert (reading.name, reading.warnings) == (read_as, ())


def test_half_a_surrogate_pair_is_marked_and_the_rest_of_the_name_stays() -> None:
    block = bytearray(block_of({**RESIDENT, "name": "李" * 15}))
    block[28:30] = "𤧛".encode("utf-16-le")[:2]
    reading = parse_block(bytes(block), today=TODAY)
    assert reading.name == "李" * 14 + "\ufffd"
    assert reading.warnings == ("rare_character",)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (b"", "length"),
        (bytes(BLOCK_BYTES - 1), "length"),
        (bytes(BLOCK_BYTES), "empty"),
        (block_of(RESIDENT)[:248] + b"Z\x00" + bytes(6), "flag"),
        (block_of(RESIDENT)[:248] + b"\x00\xd8" + bytes(6), "flag"),
    ],
)
def test_what_is_no_card_is_refused(block: bytes, code: str) -> None:
    with pytest.raises(BlockError) as refused:
        parse_block(block, today=TODAY)
    assert refused.value.code == code


@given(st.binary(max_size=600))
def test_any_bytes_give_a_reading_or_the_one_error(content: bytes) -> None:
    try:
        assert isinstance(parse_block(content, today=TODAY), CardReading)
    except BlockError:
        assert len(content) != BLOCK_BYTES or content[248:250] not in {b" \0", b"I\0", b"J\0", b"Y\0"}


@given(st.binary(min_size=248, max_size=248), st.sampled_from([" ", "I", "J", "Y"]), st.binary(min_size=6, max_size=6))
def test_any_bytes_under_a_flag_give_a_reading_with_sound_text(content: bytes, flag: str, rest: bytes) -> None:
    try:
        reading = parse_block(content + flag.encode("utf-16-le") + rest, today=TODAY)
    except BlockError as error:
        assert error.code == "empty"
        return
    for text in (reading.name, reading.name_latin, reading.address, reading.authority, reading.number):
        text.encode()  # no half pairs


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Co")), min_size=1, max_size=7),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.sampled_from(["1", "2"]),
)
def test_what_a_card_is_written_with_is_what_is_read(name: str, birth: date, sex: str) -> None:
    from devices.characters import encode_private, unify_middle_dots
    from tests.people import id_number

    card = {**RESIDENT, "name": name, "birth_date": birth, "sex": sex}
    card["number"] = id_number(birth.strftime("%Y%m%d"), f"00{sex}")
    reading = read(card)
    assert reading.name == unify_middle_dots(encode_private(name))
    assert (reading.birth_date, reading.sex, reading.number) == (birth, sex, card["number"])
    assert set(reading.warnings) <= {"rare_character"}


def test_personal_data_stay_out_of_representations() -> None:
    shown = repr(read(RESIDENT))
    assert not any(str(RESIDENT[key]) in shown for key in ("name", "number", "address", "birth_date"))
