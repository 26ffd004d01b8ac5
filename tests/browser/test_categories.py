"""The nine categories: lists in the guide's words, and records that are added, corrected, changed and deleted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.demo.people import DemoPerson
from tests import guide
from tests.browser.site import Site, choose, open_page, settled, type_day
from tests.english_left import find_english

pytestmark = pytest.mark.browser

MARK = "云江测试"


@dataclass(frozen=True)
class Entered:
    """What a person types into a form: texts, choices and days by label, one day wrong at first, and a change."""

    texts: Mapping[str, str]
    choices: Mapping[str, str]
    days: Mapping[str, str]
    wrong_day: tuple[str, str, str]
    changed: str
    shown: tuple[str, ...]
    after: str = ""
    keeps_typing: str = field(default="证书编号")


ENTERED = {
    "education": Entered(
        {
            "学校名称": f"{MARK}大学",
            "学制": "4 年",
            "所学专业": "土木工程",
            "证书编号": "１０２４７２０１２０５０００１",
        },
        {"学历": "研究生"},
        {"起止时间": "20080901", "结束时间": "20120630", "发证日期": "20120630"},
        ("结束时间", "20070630", "起止时间的结束（2007-06-30）早于开始（2008-09-01），请核对"),
        "所学专业",
        ("研究生", "2008年09月 – 2012年06月", "2012-06-30", "102472012050001"),
    ),
    "degrees": Entered(
        {"学校名称": f"{MARK}大学", "学位名称": "工学学士", "所学专业": "土木工程", "证书编号": "xw 0001"},
        {"学位": "无学位"},
        {"发证日期": "20120630"},
        ("发证日期", "20990630", "发证日期（2099-06-30）晚于今天"),
        "学位名称",
        ("无学位", "2012-06-30", "xw 0001"),
    ),
    "titles": Entered(
        {
            "专业": f"{MARK}建筑施工",
            "职称评审委员会全称": "云江市中级职称评审委员会",
            "评审编号": "P-1",
            "证书编号": "Z-1",
            "制(发)证机构": "云江市人社局",
            "钢印单位全称": "云江市人社局",
        },
        {"职称": "相当于技术员"},
        {"通过(批准)日期": "20180511"},
        ("通过(批准)日期", "20990511", "通过(批准)日期（2099-05-11）晚于今天"),
        "评审编号",
        ("相当于技术员", "2018-05-11", "P-1"),
    ),
    "skills": Entered(
        {"证书名称": f"{MARK}抹灰工", "证书编号": "J-1", "发证机关": "云江市建设行业职业技能培训中心"},
        {"级别": "高级技师", "专业工种": "抹灰"},
        {"发证日期": "20200105", "证书有效期": "20200105", "有效期止": "20260104"},
        ("有效期止", "20190104", "证书有效期的结束（2019-01-04）早于开始（2020-01-05），请核对"),
        "证书编号",
        ("高级技师", "抹灰", "2020-01-05 – 2026-01-04", "2020-01-05"),
    ),
    "work": Entered(
        {"工作单位": f"{MARK}建设有限公司", "职务": "施工员", "从事工作专业": "建筑工程"},
        {"职称": "讲师"},
        {"起止时间": "20150301"},
        ("起止时间", "19500301", "起止时间（1950-03-01）早于出生日期"),
        "职务",
        ("讲师", "2015-03-01", "至今"),
        after="至今",
        keeps_typing="职务",
    ),
}


def _press(row: Locator, name: str) -> None:
    """Press a row's button on a page that has come to rest."""
    settled(row.page)
    row.get_by_role("button", name=name).click()


@pytest.mark.parametrize("key", guide.EDITABLE)
def test_a_record_is_added_corrected_changed_and_deleted(
    site: Site, context: BrowserContext, page: Page, person: DemoPerson, key: str
) -> None:
    words, entered = guide.EDITABLE[key], ENTERED[key]
    site.let_in(context, person)
    table = _opened(page, site, words)
    *columns, operations = words.columns.split()
    assert _headings(table) == [*columns, "审核状态", operations]

    page.get_by_role("button", name=_adding(words)).click()
    form = page.get_by_role("dialog")
    for each in words.form.replace("*", "").split():
        expect(form.get_by_text(each, exact=True)).to_be_visible()
    assert _fields(form) == words.form.split()
    assert find_english(page) == []

    form.get_by_role("button", name="保存", exact=True).click()
    required = [each.rstrip("*") for each in words.form.split() if each.endswith("*")]
    expect(form.get_by_text(f"有 {len(required)} 处需要修改，请看标红的说明")).to_be_visible()
    for each in required:
        expect(form.get_by_text(re.compile(rf"^(请填写|请选择){re.escape(each)}")).first).to_be_visible()

    for each, text in entered.texts.items():
        form.get_by_label(re.compile(rf"^{re.escape(each)}$")).fill(text)
    for each, text in entered.choices.items():
        choose(form, each, text)
    wrong, digits, message = entered.wrong_day
    for each, correct in entered.days.items():
        type_day(form, each, digits if each == wrong else correct)
    if entered.after:
        form.get_by_text(entered.after, exact=True).click()
    form.get_by_role("button", name="保存", exact=True).click()
    expect(form.get_by_text(message)).to_be_visible()
    # Again at once: what was not touched since must not be lost.
    form.get_by_role("button", name="保存", exact=True).click()
    expect(form.get_by_text(message)).to_be_visible()
    expect(form.get_by_label(entered.keeps_typing, exact=True)).to_have_value(entered.texts[entered.keeps_typing])
    assert find_english(page) == []

    type_day(form, wrong, entered.days[wrong])
    form.get_by_role("button", name="保存", exact=True).click()
    if key != "work":
        expect(form.get_by_text("信息已保存，现在可以上传附件")).to_be_visible()
        expect(form.get_by_text("附件要求：分辨率 72dpi~100dpi，比例 1:1，类型 JPG，大小小于300KB")).to_be_visible()
        form.get_by_role("button", name="关闭").last.click()
    expect(form).to_have_count(0)
    row = table.get_by_role("row").filter(has_text=MARK)
    for text in entered.shown:
        expect(row).to_contain_text(text)

    _press(row, "编辑")
    form.get_by_label(entered.changed, exact=True).fill("改后")
    form.get_by_role("button", name="保存", exact=True).click()
    expect(form).to_have_count(0)
    expect(row).to_contain_text("改后")

    _press(row, "删除")
    expect(form.get_by_text("确定删除这条")).to_be_visible()
    form.get_by_role("button", name="取消").click()
    expect(form).to_have_count(0)
    expect(row).to_be_visible()
    row.get_by_role("button", name="删除").click()
    form.get_by_role("button", name="确定删除").click()
    expect(form).to_have_count(0)
    expect(row).to_have_count(0)


def test_what_was_imported_and_read_off_the_card_is_shown_and_cannot_be_changed(
    site: Site, context: BrowserContext, page: Page, people: list[DemoPerson]
) -> None:
    site.let_in(context, people[0])
    open_page(page, site, "identity", "个人基本信息")
    expect(page.get_by_text(people[0].number)).to_be_visible()
    assert page.locator("dt").all_inner_texts() == guide.IDENTITY.split()
    expect(page.get_by_role("img", name="照片").or_(page.locator("img")).first).to_be_visible()
    expect(page.get_by_text("*以上数据若有错误请至受理服务窗口重新读卡")).to_be_visible()
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    assert menu.all_inner_texts() == guide.MENU.split()
    assert find_english(page) == []
    for words in guide.READ_ONLY.values():
        menu.filter(has_text=words.title).click()
        table = page.get_by_role("table", name=words.title)
        expect(table.get_by_role("row").nth(1)).to_be_visible()
        assert _headings(table) == words.columns.split()
        expect(page.get_by_role("button", name=re.compile("新增|编辑|删除"))).to_have_count(0)
        assert find_english(page) == []


def _opened(page: Page, site: Site, words: guide.Words) -> Locator:
    open_page(page, site, words.page, words.title)
    table = page.get_by_role("table", name=words.title)
    expect(table).to_be_visible()
    return table


def _headings(table: Locator) -> list[str]:
    return table.get_by_role("columnheader").all_inner_texts()


def _adding(words: guide.Words) -> str:
    return f"新增{words.title.removesuffix('信息')}"


def _fields(form: Locator) -> list[str]:
    """The form's labels in order, each with the mark that its style puts behind it."""
    fields: list[str] = form.locator("[data-testid=stWidgetLabel]:not([data-testid=stCheckbox] *) p").evaluate_all(
        """labels => labels.map(label => {
             const mark = getComputedStyle(label, "::after").content;
             return label.innerText + (mark.includes("*") ? "*" : "");
           })"""
    )
    return fields
