"""The list of records in a real browser: as a table, as cards, under clicks and keys."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("components")]


def test_a_click_names_its_row_once_in_every_session(visit: Visit) -> None:
    for _session in range(2):
        page = visit("tables")
        page.get_by_role("button", name="编辑").nth(1).click()
        expect(page.get_by_text("table: 1 edit b2")).to_be_visible()
        page.get_by_role("button", name="再运行").click()
        expect(page.get_by_text("again")).to_be_visible()
        expect(page.get_by_text("table: 1 edit b2")).to_be_visible()
        page.get_by_role("button", name="删除 同济大学").dblclick()
        expect(page.get_by_text("table: 2 delete a1")).to_be_visible()
        page.wait_for_timeout(500)
        expect(page.get_by_text("table: 2 delete a1")).to_be_visible()


def test_a_click_counts_though_the_page_is_drawn_again_while_the_button_is_down(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="删除 同济大学").hover()
    page.mouse.down()
    page.get_by_role("button", name="改第一行").evaluate("(button) => button.click()")
    expect(page.get_by_role("rowheader", name="复旦大学")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("table: 1 delete a1")).to_be_visible()


def test_a_click_counts_though_the_page_moves_while_the_button_is_down(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="删除 同济大学").hover()
    page.mouse.down()
    page.get_by_test_id("stMainBlockContainer").evaluate("(main) => { main.style.marginTop = '60px'; }")
    page.mouse.up()
    expect(page.get_by_text("table: 1 delete a1")).to_be_visible()


def test_what_people_type_is_shown_as_typed(visit: Visit) -> None:
    page = visit("tables")
    table = page.get_by_role("table", name="学历证书信息")
    expect(table.get_by_role("rowheader").nth(1)).to_have_text("<img src=x onerror=\"document.title='hit'\">")
    expect(table.get_by_text("<b>粗</b>", exact=True)).to_be_visible()
    assert table.locator("img, b").count() == 0
    assert page.title() != "hit"


def test_table_reads_as_a_table_and_dates_stay_whole(visit: Visit) -> None:
    page = visit("tables")
    table = page.get_by_role("table", name="学历证书信息")
    headings = ["序号", "学校名称", "所学专业", "学历", "学制", "起止年月", "发证日期", "证书编号", "操作"]
    expect(table.get_by_role("columnheader")).to_have_text(headings)
    expect(table.get_by_role("row").nth(3).get_by_role("button")).to_have_text(["编辑"])
    date = table.get_by_text("2012-07-01", exact=True).bounding_box()
    assert date
    assert date["height"] < 30
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_phone_gets_cards_with_big_buttons_and_no_sideways_scroll(visit: Visit) -> None:
    page = visit("tables", width=390)
    table = page.get_by_role("table", name="学历证书信息")
    expect(table.get_by_role("button")).to_have_count(7)
    boxes = [button.bounding_box() for button in table.get_by_role("button").all()]
    for box in boxes:
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 390
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    label = table.get_by_role("cell").filter(has_text="102471201205001234")
    assert "证书编号" in label.evaluate("cell => getComputedStyle(cell, '::before').content")
    page.get_by_role("button", name="附件 同济大学").click()
    expect(page.get_by_text("table: 1 file a1")).to_be_visible()


def test_many_columns_become_cards_before_they_become_illegible(visit: Visit) -> None:
    page = visit("tables", width=800)
    heading = page.get_by_role("columnheader", name="第11栏")
    expect(heading).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    heading.scroll_into_view_if_needed()
    expect(heading).to_be_in_viewport()


LINES = """(cell, word) => {
  const text = cell.querySelector(".value").firstChild;
  const range = document.createRange();
  range.setStart(text, text.data.indexOf(word));
  range.setEnd(text, text.data.indexOf(word) + word.length);
  return new Set([...range.getClientRects()].map((each) => each.top)).size;
}"""
"""On how many lines a word of a cell stands."""


def test_words_stay_whole_where_columns_are_narrow_and_long_numbers_are_broken(visit: Visit) -> None:
    page = visit("tables", width=1440)
    row = page.get_by_role("table", name="十一栏").get_by_role("row").last
    words, number = (row.get_by_role("cell").filter(has_text=text) for text in ("Undergraduate", "900581200805321929"))
    for word in ("Undergraduate", "programme"):
        assert words.evaluate(LINES, word) == 1
    assert number.evaluate(LINES, "900581200805321929") > 1


def test_a_range_is_broken_between_its_dates_only(visit: Visit) -> None:
    page = visit("tables", width=1440)
    first, last = (page.get_by_text(date, exact=True).bounding_box() for date in ("2004-09", "2008-06"))
    assert first
    assert last
    assert max(first["height"], last["height"]) < 30
    assert last["y"] > first["y"]


def test_empty_table_says_what_to_do_next(visit: Visit) -> None:
    for width in (1440, 390):
        page = visit("tables", width)
        expect(page.get_by_role("table", name="学位").get_by_text("还没有学位证书，请点「新增」。")).to_be_visible()


def test_keyboard_reaches_the_buttons_and_keeps_its_place_when_rows_change(visit: Visit) -> None:
    page = visit("tables")
    first = page.get_by_role("button", name="编辑 同济大学")
    expect(first).to_be_visible()
    page.get_by_role("button", name="改第一行").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    assert first.evaluate("button => getComputedStyle(button).boxShadow") != "none"
    page.get_by_role("button", name="改第一行").evaluate("button => button.click()")
    expect(page.get_by_role("button", name="编辑 复旦大学")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("table: 1 edit a1")).to_be_visible()


def test_rows_come_go_and_change_places_while_those_that_stay_are_kept(visit: Visit) -> None:
    page = visit("tables")
    table = page.get_by_role("table", name="学历证书信息")
    rows, positions = table.get_by_role("rowheader"), table.locator("tbody .position")
    expect(rows).to_have_count(3)
    kept = rows.nth(2).element_handle()
    change = page.get_by_role("button", name="换一批")
    change.click()
    expect(rows).to_have_text(["很长" * 40, "南京大学", "同济大学"])
    expect(positions).to_have_text(["1", "2", "3"])
    assert kept.evaluate("(cell, other) => cell === other", rows.first.element_handle())
    page.get_by_role("button", name="附件 南京大学").click()
    expect(page.get_by_text("table: 1 file d4")).to_be_attached()
    page.keyboard.press("Escape")
    change.click()
    expect(table.get_by_text("没有了")).to_be_visible()
    expect(rows).to_have_count(0)
    change.click()
    expect(rows).to_have_text(["同济大学"])
    expect(table.get_by_text("没有了")).to_have_count(0)
    expect(table.locator("tbody").get_by_role("button")).to_have_text(["编辑"])


def test_dialog_has_its_own_table_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="附件 同济大学").click()
    page.get_by_role("dialog").get_by_role("button", name="删除 毕业证书").click()
    expect(page.get_by_text("files: 1 delete scan of a1")).to_be_visible()
    expect(page.get_by_text("table: 1 file a1")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="附件 同济大学")).to_be_focused()
