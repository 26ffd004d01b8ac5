"""Code tables: what people can choose, under the published codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import CodeTableError, code_table, table_names

EXPECTED_TABLES = {
    "sex", "ethnicity", "education_level", "degree", "title", "skill_level", "trade", "document_type",
    "registration_category", "registration_state", "integrity_kind", "contract_type", "project_role",
    "province",
}  # fmt: skip


def test_every_table_the_forms_need_is_there() -> None:
    assert set(table_names()) == EXPECTED_TABLES


@pytest.mark.parametrize("name", table_names())
def test_a_table_names_its_standard_and_offers_complete_choices(name: str) -> None:
    table = code_table(name)
    assert table.name == name
    assert table.standard
    assert table.title
    assert table.codes
    assert all(code.value and code.zh and code.en for code in table.codes)
    assert all(text == text.strip() for code in table.codes for text in (code.value, code.zh, code.en))


@pytest.mark.parametrize("name", table_names())
def test_no_choice_stands_twice_in_a_table(name: str) -> None:
    codes = code_table(name).codes
    for texts in ([c.value for c in codes], [c.zh for c in codes], [c.en.casefold() for c in codes]):
        assert len(texts) == len(set(texts))


@pytest.mark.parametrize("name", table_names())
def test_an_import_finds_each_choice_by_value_chinese_and_english(name: str) -> None:
    table = code_table(name)
    for code in table.codes:
        assert [table.find(text) for text in (code.value, f" {code.zh}\n", code.en.upper())] == [code] * 3


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("sex", "GB/T 2261.1"),
        ("ethnicity", "GB/T 3304"),
        ("education_level", "GB/T 4658"),
        ("degree", "GB/T 6864"),
        ("title", "GB/T 8561"),
        ("trade", "JGJ/T 314"),
    ],
)
def test_published_codes_name_their_standard(name: str, standard: str) -> None:
    assert code_table(name).standard.startswith(standard)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("education_level", ["博士后", "研究生", "博士", "硕士", "大学本科", "大学专科", "相当高中毕业"]),
        ("degree", ["博士学位", "硕士学位", "学士学位", "无学位", "相当高中毕业"]),
        ("title", ["讲师", "技术员", "相当于技术员", "正高级工程师", "高级工程师", "工程师", "无职称"]),
        ("trade", ["抹灰", "砌筑", "钢筋"]),
        ("integrity_kind", ["良好", "不良"]),
    ],
)
def test_the_user_guides_own_values_are_selectable(name: str, choices: list[str]) -> None:
    offered = [code.zh for code in code_table(name).codes]
    assert [choice for choice in choices if choice not in offered] == []


def test_skill_levels_stand_from_lowest_to_highest() -> None:
    assert [code.zh for code in code_table("skill_level").codes] == ["初级", "中级", "高级", "技师", "高级技师"]


# Codes that copies of the table in circulation get wrong: one name missing shifts all after it.
@pytest.mark.parametrize(
    ("value", "zh"),
    [("01", "汉"), ("20", "傈僳"), ("25", "水"), ("46", "德昂"), ("56", "基诺"), ("81", "穿青人"), ("97", "其他")],
)
def test_a_cards_ethnicity_code_reads_as_printed(value: str, zh: str) -> None:
    assert code_table("ethnicity").label(value, "zh_CN") == zh


def test_all_56_ethnicities_and_the_three_police_codes_are_there() -> None:
    values = [code.value for code in code_table("ethnicity").codes]
    assert values == [f"{number:02}" for number in range(1, 57)] + ["81", "97", "98"]


def test_a_label_follows_the_language() -> None:
    sex = code_table("sex")
    assert (sex.label("1", "zh_CN"), sex.label("1", "en"), sex.label("1", "en_GB")) == ("男", "Male", "Male")


@given(value=st.text().filter(lambda text: text not in {code.value for code in code_table("title").codes}))
def test_an_unknown_code_is_shown_as_it_is_and_fails_nothing(value: str) -> None:
    title = code_table("title")
    assert title.label(value, "zh_CN") == value
    assert title.get(value) is None


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(CodeTableError) as refusal:
        code_table("../sex")
    assert refusal.value.code == "unknown_code_table"
