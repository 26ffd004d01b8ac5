"""Machine readable zones: the specimens of Doc 9303, the mainland permits, and any text whatever."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import mrz
from devices.mrz import MrzError
from devices.mrz_layouts import LAYOUTS, Layout
from devices.mrz_writer import compose

TODAY = date(2026, 11, 24)
TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(
    ("text", "layout", "number"), [(TD3, "TD3", "L898902C3"), (TD2, "TD2", "D23145890"), (TD1, "TD1", "D23145890")]
)
def test_the_specimens_of_doc_9303_are_read(text: str, layout: str, number: str) -> None:
    read = mrz.parse(text, TODAY)
    assert (read.layout, read.number, read.issuer, read.nationality) == (layout, number, "UTO", "UTO")
    assert (read.surname, read.given_names) == ("ERIKSSON", "ANNA MARIA")
    assert (read.birth_date, read.sex, read.expiry) == (date(1974, 8, 12), "2", date(2012, 4, 15))


def test_a_number_of_more_than_nine_characters_goes_on_in_the_optional_field() -> None:
    read = mrz.parse("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8", TODAY)
    assert (read.number, read.optional) == ("D23145890734", "")
    assert read.key == "D23145890734934071279507122"


def test_the_key_of_the_chip_is_that_of_the_worked_example() -> None:
    lines = compose("TD2", code="I", number="L898902C", birth=date(1969, 8, 6), expiry=date(1994, 6, 23))
    assert mrz.parse("".join(lines), TODAY).key == "L898902C<369080619406236"


@pytest.mark.parametrize("sample", ["EJ3584648397102123301122", "CC6354145097102123301122"])
def test_published_keys_of_chinese_documents_have_our_check_digits(sample: str) -> None:
    for value, check in ((sample[:9], sample[9]), (sample[10:16], sample[16]), (sample[17:23], sample[23])):
        assert mrz.check_digit(value) == check


def test_a_home_return_permit_has_all_in_its_first_line_and_the_identity_card_in_the_second() -> None:
    lines = (
        "CRH12345678"
        + mrz.check_digit("H12345678")
        + "<01330112"
        + mrz.check_digit("330112")
        + "F971021"
        + mrz.check_digit("971021"),
        "<" * 19 + "A1234567<" + mrz.check_digit("A1234567<") + "<",
        "CHAN<<TAI<MAN<<<<<<<<<<<<<<<<<",
    )
    read = mrz.parse("\n".join(lines), TODAY)
    assert (read.layout, read.code, read.number, read.other_number) == ("CR", "CR", "H12345678", "A1234567")
    assert (read.birth_date, read.sex, read.expiry) == (date(1997, 10, 21), "2", date(2033, 1, 12))
    assert read.name == "CHAN TAI MAN"


def test_a_taiwan_permit_has_an_identity_number_of_ten() -> None:
    lines = compose(
        "CT", code="CT", number="01234567", expiry=date(2030, 5, 1), sex="M", birth=date(1988, 2, 29),
        other_number="A123456789", surname="LIN", given_names="CHIH MING",
    )  # fmt: skip
    read = mrz.parse("\r\n".join(lines), TODAY)
    assert (read.number, read.other_number, read.birth_date) == ("01234567", "A123456789", date(1988, 2, 29))


def test_a_one_line_permit_has_no_name_and_no_sex() -> None:
    (line,) = compose("CS/CD", code="CS", number="CC6354145", expiry=date(2033, 1, 12), birth=date(1997, 10, 21))
    assert line.startswith("CSCC63541450<3301122<9710212")
    read = mrz.parse(line, TODAY)
    assert (read.name, read.sex, read.number) == ("", "", "CC6354145")
    assert read.key == "CC6354145097102123301122"


def test_what_a_scanner_or_an_input_method_types_is_understood() -> None:
    whole = TD3.replace("\n", "")
    spaced = " ".join(whole[start : start + 5] for start in range(0, 88, 5))
    for text in (
        whole,
        TD3.lower(),
        spaced,
        TD3.replace("<", "《"),
        TD3.replace("<<", "«"),
        TD3.translate({code: code + 0xFEE0 for code in range(0x30, 0x5B)}),
        TD3.replace("\n", "\r\n\r\n") + "\t\r",
        TD3.replace("<<<<<<<<<<<<<<<<<<<\n", "\n"),
    ):
        assert mrz.parse(text, TODAY) == mrz.parse(TD3, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("empty", "", 0, 0, 0)),
        (" \n ", ("empty", "", 0, 0, 0)),
        ("X" + TD3[1:], ("layout", "code", 1, 1, 2)),
        (TD3[:-1], ("length", "", 2, 0, 44)),
        (TD3.replace("\n", "")[:-3], ("length", "", 0, 0, 88)),
        (TD3.replace("L898902C3", "L898902D3"), ("check", "number", 2, 1, 10)),
        (TD3.replace("740812", "740813"), ("check", "birth", 2, 14, 20)),
        (TD3.replace("120415", "120416"), ("check", "expiry", 2, 22, 28)),
        (TD3.replace("ZE184226B", "ZE184226C"), ("check", "optional", 2, 29, 43)),
        (TD3[:-1] + "1", ("check", "composite", 2, 44, 44)),
        (TD3.replace("740812", "74O812"), ("character", "birth", 2, 16, 16)),
        (TD3.replace("2F1", "2Q1"), ("character", "sex", 2, 21, 21)),
        (TD3.replace("ANNA", "ANN4"), ("character", "name", 1, 19, 19)),
        (TD3.replace("7408122", "7413029"), ("check", "birth", 2, 14, 20)),
        (TD3.replace("7408122", "741302" + mrz.check_digit("741302")), ("date", "birth", 2, 14, 20)),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, expected: tuple[str, str, int, int, int]) -> None:
    if expected[:2] == ("date", "birth"):
        lines = text.split("\n")
        covered = lines[1][0:10] + lines[1][13:20] + lines[1][21:43]
        text = f"{lines[0]}\n{lines[1][:43]}{mrz.check_digit(covered)}"
    with pytest.raises(MrzError) as caught:
        mrz.parse(text, TODAY)
    error = caught.value
    assert (error.code, error.field, error.line, error.start, error.end) == expected


def test_births_lie_before_today_and_ends_of_validity_in_this_century() -> None:
    for born, year in ((date(2026, 11, 23), 2026), (date(1926, 11, 24), 1926), (date(1931, 1, 1), 1931)):
        lines = compose("TD3", code="P", number="A1", birth=born, expiry=date(2036, 1, 1), surname="A")
        read = mrz.parse("\n".join(lines), TODAY)
        assert read.birth_date is not None
        assert read.birth_date.year == year


def test_a_birth_with_unknown_parts_is_left_open() -> None:
    lines = compose("TD3", code="P", number="A1", birth="74<<<<", expiry=date(2036, 1, 1), surname="A")
    read = mrz.parse("\n".join(lines), TODAY)
    assert read.birth_date is None
    assert read.key.endswith("74<<<<" + mrz.check_digit("74<<<<") + "360101" + mrz.check_digit("360101"))


CODES = {"TD1": "I", "TD2": "I", "TD3": "P", "CR": "CR", "CT": "CT", "C<": "C", "CS/CD": "CS"}
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=9)


@given(
    layout=st.sampled_from(LAYOUTS),
    number=st.text(mrz.ALPHABET, min_size=1, max_size=11),
    birth=st.dates(date(1927, 1, 1), date(2026, 11, 23)),
    expiry=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    sex=st.sampled_from("MF<"),
    surname=LETTERS,
    given=LETTERS,
)
def test_what_is_written_is_read_again(
    *, layout: Layout, number: str, birth: date, expiry: date, sex: str, surname: str, given: str
) -> None:
    slot = layout.slot("number")
    if not layout.spill:
        number = number[: slot.end - slot.start]
    values: dict[str, str | date] = {"code": CODES[layout.name], "number": number, "birth": birth, "expiry": expiry}
    if layout.has("sex"):
        values["sex"] = sex
    if layout.has("issuer"):
        values["issuer"] = "CHN" if layout.name == "C<" else "UTO"
    if layout.has("name"):
        values |= {"surname": surname, "given_names": given}
    read = mrz.parse("\n".join(compose(layout.name, **values)), TODAY)
    assert (read.layout, read.number, read.birth_date, read.expiry) == (layout.name, number, birth, expiry)
    if layout.has("name"):
        assert (read.surname, read.given_names, read.sex) == (surname, given, mrz.SEXES[sex])


NEAR = st.text("PACIRTSDU<0123456789 \n《oO", max_size=100)


@given(st.one_of(st.text(max_size=200), NEAR, st.tuples(st.sampled_from(["P<", "CR", "CS", "I<"]), NEAR).map("".join)))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        mrz.parse(text, TODAY)
    except MrzError as error:
        assert error.code in {"empty", "length", "layout", "character", "date", "check"}


@given(st.integers(0, 87), st.sampled_from(mrz.ALPHABET + "<"))
def test_one_wrong_character_outside_the_name_never_passes_unseen(position: int, character: str) -> None:
    whole = TD3.replace("\n", "")
    changed = whole[:position] + character + whole[position + 1 :]
    try:
        read = mrz.parse(changed, TODAY)
    except MrzError:
        return
    original = mrz.parse(TD3, TODAY)
    same = (read.number, read.birth_date, read.expiry) == (original.number, original.birth_date, original.expiry)
    assert same or mrz.check_digit(character) == mrz.check_digit(whole[position])
