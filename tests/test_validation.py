"""What people type is normalised, never mangled; what cannot be kept is refused with a message."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import FieldErrors
from app.validation import clean, normalise, shown
from data.models import categories
from data.models.declaration import Field

TODAY = date(2026, 11, 24)
NAME = Field("text", "姓名", "Name", key="name", required=True, max_length=20)
DAY = Field("day", "发证日期", "Date of issue", key="day", past=True)


def cleaned(field: Field, value: object) -> object:
    return clean((field,), {field.key: value}, today=TODAY)[field.key]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  张三　丰 ", "张三 丰"),
        ("ＡＢｃ１２３", "ABc123"),
        ("𠮷野家", "𠮷野家"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("（某）公司，一分部", "（某）公司，一分部"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ],
)
def test_names_and_pasted_text_are_kept(typed: str, kept: str) -> None:
    field = Field("text", "x", "x", key="x", max_length=60)
    assert cleaned(field, typed) == kept


@pytest.mark.parametrize(
    ("extension", "character"),
    {
        "B": "\U00020000", "C": "\U0002a700", "D": "\U0002b740", "E": "\U0002b820", "F": "\U0002ceb0",
        "G": "\U00030000", "H": "\U00031350", "I": "\U0002ebf0",
    }.items(),
)  # fmt: skip
def test_a_rare_character_of_every_extension_is_kept(extension: str, character: str) -> None:
    assert cleaned(NAME, f"王{character}") == f"王{character}"


def test_a_text_too_long_is_told_with_both_figures() -> None:
    with pytest.raises(FieldErrors) as refused:
        cleaned(NAME, "长" * 21)
    assert refused.value.fields == {"name": "姓名最多 20 个字，现有 21 个字，请删减"}


@pytest.mark.parametrize("typed", ["张😀", "张\x00", "☎ 电话", "👨‍👩‍👧", "1️⃣"])
def test_emoji_and_control_characters_are_refused_by_name(typed: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        cleaned(NAME, typed)
    assert "姓名中有不能保存的字符" in refused.value.fields["name"]
    assert "U+" in refused.value.fields["name"]


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    assert normalise(normalise(typed)) == normalise(typed)


@given(st.text(max_size=60))
def test_any_text_is_kept_or_refused_with_a_message(typed: str) -> None:
    try:
        kept = cleaned(NAME, typed)
    except FieldErrors as refused:
        assert refused.fields["name"]
    else:
        assert kept == normalise(typed)
        assert 0 < len(str(kept)) <= 20


@pytest.mark.parametrize(
    "typed", ["2014-03-25", "2014/3/25", "20140325", "2014年3月25日", "２０１４－０３－２５", date(2014, 3, 25)]
)
def test_a_day_is_understood_as_offices_write_it(typed: object) -> None:
    assert cleaned(DAY, typed) == date(2014, 3, 25)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2014-02-30", "发证日期「2014-02-30」不是日期，请写成 2014-03-25 的样子"),
        ("昨天", "发证日期「昨天」不是日期，请写成 2014-03-25 的样子"),
        (date(2026, 11, 25), "发证日期（2026-11-25）晚于今天（2026-11-24），请核对"),
        (date(1899, 12, 31), "发证日期（1899-12-31）早于 1900-01-01，请核对"),
    ],
)
def test_a_wrong_day_is_told_with_its_figure(typed: object, message: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        cleaned(DAY, typed)
    assert refused.value.fields == {"day": message}


@given(st.one_of(st.text(max_size=12), st.dates()))
def test_any_day_is_kept_or_refused_with_a_message(typed: object) -> None:
    try:
        kept = cleaned(DAY, typed)
    except FieldErrors as refused:
        assert refused.fields["day"]
    else:
        assert kept is None or isinstance(kept, date)


@pytest.mark.parametrize("field", [f for c in categories() for f in c.fields], ids=lambda f: f"{f.zh}")
def test_every_declared_field_has_both_languages_and_a_check(field: Field) -> None:
    assert field.zh
    assert field.en
    if field.kind == "text":
        assert field.max_length
    if field.required:
        with pytest.raises(FieldErrors) as refused:
            clean((field,), {}, today=TODAY)
        assert field.zh in refused.value.fields[field.key]


def test_an_open_end_reads_as_people_say_it() -> None:
    end = Field("day", "结束时间", "End", key="end", starts="start", open_end=("至今", "present"))
    assert shown(end, None) == "至今"
    assert shown(end, date(2020, 1, 2)) == "2020-01-02"
    assert cleaned(end, "至今") is None
