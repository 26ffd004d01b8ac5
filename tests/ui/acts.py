"""What people do on a page with every widget; each act returns what shows that it is done, in Chinese."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect


def in_view(field: Locator) -> Locator:
    """The field after the page came to rest: a list that opens while the page still scrolls closes again."""
    field.scroll_into_view_if_needed()
    field.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return field


def write_a_text(page: Page) -> Locator:
    page.get_by_role("textbox", name="姓名").fill("张三")
    return page.get_by_text("按回车键确认", exact=True)


def write_in_a_form(page: Page) -> Locator:
    page.get_by_role("textbox", name="表单备注").fill("一")
    return page.get_by_text("按 Ctrl+回车键提交", exact=True)


def show_the_password(page: Page) -> Locator:
    page.get_by_role("button", name="显示密码").click()
    return page.get_by_role("button", name="隐藏密码")


def type_a_number_too_large(page: Page) -> Locator:
    page.get_by_role("spinbutton", name="学制").fill("99")
    page.keyboard.press("Enter")
    return page.get_by_text("数值超出允许的范围，请输入 1 至 8 之间的数值。").first


def search_a_choice_in_vain(page: Page) -> Locator:
    in_view(page.get_by_role("combobox", name="级别")).click()
    page.keyboard.type("无此项")
    return page.get_by_text("没有匹配的选项")


def choose_several(page: Page) -> Locator:
    in_view(page.get_by_role("combobox", name="工种")).press("ArrowDown")
    expect(page.get_by_role("option", name="全选")).to_be_visible()
    page.get_by_role("option", name="抹灰").click()
    return page.get_by_label("移除 抹灰")


def open_the_calendar(page: Page) -> Locator:
    page.get_by_test_id("stDateInput").first.get_by_role("button", name="选择日期").click()
    calendar = page.get_by_test_id("stDateInputCalendar")
    calendar.get_by_role("button", name="上个月").click()
    calendar.get_by_role("button", name="月", exact=True).click()
    return page.get_by_role("option", name="十一月")


def type_a_date_out_of_range(page: Page) -> Locator:
    page.get_by_test_id("stDateInput").get_by_role("spinbutton", name="年").first.click()
    page.keyboard.type("19000101")
    page.keyboard.press("Enter")
    page.get_by_test_id("stDateInputError").first.hover()
    return page.get_by_test_id("stTooltipErrorContent").get_by_text("1920/01/01 至 2026/12/31")


def type_a_time(page: Page) -> Locator:
    page.get_by_test_id("stTimeInput").get_by_role("spinbutton").first.click()
    page.keyboard.type("1230")
    page.keyboard.press("Enter")
    return page.get_by_role("button", name="清除时间")


def upload_a_file(page: Page) -> Locator:
    picture = FilePayload(name="照片.jpg", mimeType="image/jpeg", buffer=b"x" * 3000)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([picture])
    return page.get_by_role("button", name="移除 照片.jpg")


def upload_a_file_too_large(page: Page) -> Locator:
    large = FilePayload(name="大.png", mimeType="image/png", buffer=b"x" * 1_100_000)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([large])
    page.get_by_test_id("stFileChip").hover()
    return page.get_by_test_id("stTooltipErrorContent").get_by_text("文件不能大于 1.0MB。")


def search_a_table(page: Page) -> Locator:
    table = page.get_by_test_id("stFullScreenFrame").filter(has=page.get_by_test_id("stDataFrame")).first
    table.hover()
    table.get_by_role("button", name="搜索").click()
    field = table.get_by_placeholder("输入要查找的内容").or_(table.get_by_label("输入要查找的内容"))
    field.fill("同济")
    return table.get_by_role("button", name="关闭搜索")


def hide_columns_of_a_table(page: Page) -> Locator:
    table = page.get_by_test_id("stFullScreenFrame").filter(has=page.get_by_test_id("stDataFrame")).first
    table.hover()
    table.get_by_role("button", name="显示或隐藏列").click()
    return page.get_by_test_id("stDataFrameColumnVisibilityMenu").get_by_text("全选")


def select_a_row(page: Page) -> Locator:
    table = page.get_by_test_id("stDataFrame").nth(2)
    table.click(position={"x": 10, "y": 52})
    table.hover()
    return page.get_by_role("button", name="取消选择")


def enlarge_a_picture(page: Page) -> Locator:
    page.get_by_test_id("stImage").hover()
    page.get_by_role("button", name="全屏：图片").click()
    return page.get_by_role("button", name="退出全屏：图片")


def close_the_side_bar(page: Page) -> Locator:
    page.get_by_test_id("stSidebar").hover()
    page.get_by_role("button", name="收起侧栏").click()
    return page.get_by_role("button", name="展开侧栏")


def unfold_all_pages(page: Page) -> Locator:
    page.get_by_text(re.compile(r"^展开其余 \d+ 项$")).click()
    return page.get_by_test_id("stSidebarNavViewButton").get_by_text("收起")


def see_a_message(page: Page) -> Locator:
    page.get_by_role("button", name="消息").click()
    page.get_by_role("button", name="展开", exact=True).click()
    return page.get_by_test_id("stToast").get_by_role("button", name="关闭")


def wait_for_something(page: Page) -> Locator:
    page.get_by_role("button", name="等待").click()
    return page.get_by_text(re.compile(r"^（[\d.]+ 秒）$"))


def enter_dates_in_a_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="对话框").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="关闭").last).to_be_visible()
    dialog.get_by_role("button", name="选择起止日期").click()
    return page.get_by_text("日期范围", exact=True)


def meet_an_error(page: Page) -> Locator:
    page.get_by_role("button", name="出错").click()
    return page.get_by_text("程序出错了，错误已记录在日志中。")


FILLING = [
    write_a_text,
    write_in_a_form,
    show_the_password,
    type_a_number_too_large,
    search_a_choice_in_vain,
    choose_several,
    open_the_calendar,
    type_a_date_out_of_range,
    type_a_time,
    upload_a_file,
    upload_a_file_too_large,
    close_the_side_bar,
    unfold_all_pages,
    see_a_message,
    wait_for_something,
    enter_dates_in_a_dialog,
    meet_an_error,
]
VIEWING = [search_a_table, hide_columns_of_a_table, select_a_row, enlarge_a_picture]
