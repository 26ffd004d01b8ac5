"""Other documents at the window: typed in, with a photo, and checked twice."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.access import staff
from app.access.rights import SYSTEM, Role
from app.demo.portraits import portrait
from app.dossiers import service as dossiers
from data.models import Dossier
from tests.browser.site import PASSWORD, Site, choose, settled, type_day
from tests.people import CLERK

pytestmark = pytest.mark.browser


def kept(site: Site, kind: str, number: str) -> Dossier:
    with site.database.read() as db:
        found = dossiers.known_person(db, CLERK, kind, number)
    assert found is not None
    return found


def test_another_document_is_entered_by_hand_with_a_photo_from_the_webcam_and_checked_twice(
    site: Site, page: Page
) -> None:
    open_entry(page, site, "clerk")
    page.get_by_role("radiogroup", name="照片").get_by_text("拍照").click()
    expect(page.locator("video")).to_have_js_property("readyState", 4)
    page.get_by_role("button", name="拍照").last.click()
    expect(page.locator(".cy-portrait")).to_be_visible()
    type_document(page, "外国护照", "x90000999", "SPECIMEN ERIKA")
    page.get_by_label("再次填写证件号码").fill("X90000998")
    page.get_by_role("button", name="确认建档").click()
    expect(page.get_by_text("两次填写的证件号码不一致，请对照证件重新填写")).to_be_visible()
    settled(page)
    page.get_by_label("再次填写证件号码").fill("X90000999")
    page.get_by_role("button", name="确认建档").click()
    expect(page.get_by_text("SPECIMEN ERIKA 已建档")).to_be_visible()
    file = kept(site, "passport", "X90000999")
    assert file.source == "manual"
    assert file.photo is not None
    assert Image.open(io.BytesIO(file.photo)).size == (358, 441)


def test_a_second_clerk_compares_what_the_first_typed_in(site: Site, page: Page) -> None:
    set_second_clerk(site, page, "开")
    open_entry(page, site, "clerk")
    expect(page.get_by_label("再次填写证件号码")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": portrait(7, "2")}
    )
    expect(page.locator(".cy-portrait")).to_be_visible()
    type_document(page, "港澳居民来往内地通行证", "H90000999", "陈小明")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("陈小明 已提交，等待另一位受理人员复核")).to_be_visible()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()
    expect(page.get_by_role("button", name="复核无误，建档")).to_have_count(0)

    with site.database.write() as db:
        staff.create(db, SYSTEM, "clerk2", "另一位受理员", Role.CLERK, PASSWORD)
    open_entry(page, site, "clerk2")
    expect(page.get_by_role("definition").filter(has_text="窗口受理员")).to_be_visible()
    expect(page.get_by_text("H90000999")).to_have_count(0)
    page.get_by_label("对照证件填写证件号码").fill("H90000998")
    page.get_by_role("button", name="复核无误，建档").click()
    expect(page.get_by_text("证件号码与录入的不一致，请对照证件；录入有误请退回重录")).to_be_visible()
    page.get_by_label("对照证件填写证件号码").fill("h 90000999")
    page.get_by_role("button", name="复核无误，建档").click()
    expect(page.get_by_text("陈小明 已建档")).to_be_visible()
    assert kept(site, "home_return", "H90000999").photo is not None
    set_second_clerk(site, page, "关")


def open_entry(page: Page, site: Site, clerk: str) -> None:
    site.let_in(page.context, clerk)
    page.goto(f"{site.address}/reader")
    page.get_by_role("tab", name="其他证件").click()
    expect(page.get_by_label("公民证件号码")).to_be_visible()


def set_second_clerk(site: Site, page: Page, wanted: str) -> None:
    """Let the administrator turn the setting on (开) or off (关)."""
    site.let_in(page.context, "admin")
    page.goto(f"{site.address}/system")
    form = page.get_by_test_id("stForm").filter(has_text="受理窗口")
    switch = form.get_by_role("switch")
    expect(switch).to_be_checked(checked=wanted == "关")
    form.get_by_text("由第二位受理人员复核").click()
    form.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("设置已保存")).to_be_visible()


def type_document(page: Page, kind: str, number: str, name: str) -> None:
    settled(page)
    form = page.get_by_test_id("stForm")
    choose(form, "证件类型", kind)
    form.get_by_label("公民证件号码").fill(number)
    form.get_by_label("姓名").fill(name)
    choose(form, "性别", "女")
    type_day(form, "出生日期", "19800301")
    type_day(form, "有效期限", "20200301")
    type_day(form, "有效期止", "20300228")
