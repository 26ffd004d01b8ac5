"""签名采集 for staff, and the practitioner who signs on the phone."""

import io
from collections.abc import Iterator
from itertools import islice

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from app.access.rights import SYSTEM
from app.demo.people import DemoPerson
from app.signatures.printing import number_sheets
from tests.browser.databases import on_postgresql
from tests.browser.site import Site, open_page, patient, settled
from tests.chromium import WAIT_MILLISECONDS
from tests.english_left import find_english
from tests.signatures.paper import blank, signed

pytestmark = pytest.mark.browser
LONG = 3 * WAIT_MILLISECONDS


def test_a_batch_of_photos_is_read_looked_at_and_taken(
    site: Site, context: BrowserContext, page: Page, untouched: Iterator[DemoPerson]
) -> None:
    with site.database.write() as db:
        ids = [site.dossier_id(person) for person in islice(untouched, 3)]
        first, second, third = (sheet.token for sheet in number_sheets(db, SYSTEM, ids))
    old = signed(100)
    old.pixels[600:] = old.pixels[:100] = 255  # neither code nor marks
    photos = [signed(100, token=first), signed(100, token=second).turned(90), blank(100, third), old]
    site.let_in(context, "reviewer")
    open_page(page, site, "signatures", "签名采集")
    assert find_english(page) == []
    page.locator("input[type=file]").first.set_input_files(
        [
            FilePayload(name=f"照片{number}.jpg", mimeType="image/jpeg", buffer=photo.file("JPEG", quality=80))
            for number, photo in enumerate(photos, 1)
        ]
    )
    page.get_by_role("button", name="开始识别").click()
    expect(page.get_by_role("button", name="全部采用")).to_be_visible(timeout=LONG)
    table = page.get_by_role("table", name="识别结果")
    expect(table.get_by_role("button", name="核对")).to_have_count(2)
    page.get_by_role("button", name="全部采用").click()
    expect(page.get_by_text("已采用 2 人的签名")).to_be_visible()
    settled(page)
    page.get_by_text("需要核对 1").click()
    expect(table.get_by_text("签名框里没有签名", exact=False)).to_be_visible()
    table.get_by_role("button", name="核对").click()
    expect(page.get_by_role("img", name="签名信息采集表")).to_be_visible()
    expect(page.get_by_role("button", name="采用", exact=True)).to_be_disabled()
    assert find_english(page) == []
    page.get_by_role("button", name="不采用", exact=True).click()
    expect(page.get_by_text("已放到一边")).to_be_visible()

    settled(page)
    page.get_by_text("未识别 1").click()
    table.get_by_role("button", name="核对").click()
    page.get_by_label("手工框选签名").check(force=True)
    page.get_by_role("button", name="左上角").press("ArrowRight")
    page.get_by_role("button", name="按框裁出").click()
    expect(page.get_by_text("签名框是手工框选的，请核对裁出的签名")).to_be_visible()
    find = page.get_by_label("这是谁的采集表？查找人员")
    find.fill(next(untouched).number)
    find.press("Enter")
    page.get_by_role("button", name="就是此人").click()
    expect(page.get_by_role("button", name="采用", exact=True)).to_be_enabled()
    assert find_english(page) == []
    page.get_by_role("button", name="采用", exact=True).click()
    expect(page.get_by_text("已采用", exact=True)).to_be_visible()


# What a phone draws does not depend on the database: one will do.
@on_postgresql
def test_a_code_on_the_desktop_lets_the_phone_sign_once(
    site: Site, browser: Browser, context: BrowserContext, page: Page, person: DemoPerson
) -> None:
    site.let_in(context, person)
    open_page(page, site, "signature", "个人签名信息")
    page.get_by_text("不打印，直接在屏幕上手写签名").click()
    page.get_by_role("button", name="用手机签名").click()
    code = page.get_by_role("img", name="用手机扫码签名，五分钟内有效，只能用一次")
    expect(code).to_be_visible()
    settled(page)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())))

    phone = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.on("page", patient)
    pad = phone.new_page()
    pad.goto(found.text)
    sign(pad)
    pad.get_by_role("button", name="保存签名").click()
    expect(pad.get_by_text("签名已保存，可以关闭本页，回到电脑上核对。")).to_be_visible()
    expect(page.get_by_text("手机上的签名已保存，请点击「查看」核对")).to_be_visible()
    again = phone.new_page()
    again.goto(found.text)
    expect(again.get_by_text("签名页已失效：请在电脑上重新打开二维码")).to_be_visible()
    phone.close()
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_role("dialog").get_by_text("从采集表中截取的签名")).to_be_visible()


def sign(page: Page) -> None:
    """Draw two strokes on the pad."""
    canvas = page.get_by_role("img", name="手写签名框")
    expect(canvas).to_be_visible()
    place = canvas.bounding_box()
    assert place
    for down in (0.3, 0.6):
        page.mouse.move(place["x"] + 0.2 * place["width"], place["y"] + down * place["height"])
        page.mouse.down()
        for step in range(1, 8):
            page.mouse.move(
                place["x"] + (0.2 + 0.08 * step) * place["width"],
                place["y"] + (down + 0.03 * (step % 3)) * place["height"],
            )
        page.mouse.up()
