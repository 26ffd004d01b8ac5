"""A permit and a passport at the window: the zone opens the chip on the reader, and the file is open."""

from playwright.sync_api import BrowserContext, Page, expect

from devices.vpcd import Slot
from tests.browser.databases import on_postgresql
from tests.browser.site import Site
from tests.devices.documents import AES_ON_BRAINPOOL, CAN, PASSPORT, PERMIT, chip, issuer


# Reading a chip does not depend on the database, and opening a file is looked at on both: one will do.
@on_postgresql
def test_a_passport_and_a_permit_open_files(site: Site, context: BrowserContext, page: Page, slot: Slot) -> None:
    site.let_in(context, "clerk")
    page.goto(f"{site.address}/reader")
    page.get_by_role("tab", name="护照、通行证").click()
    zone = page.get_by_role("textbox", name="机读码", exact=True)
    chip_button = page.get_by_role("button", name="读取芯片")

    zone.fill("\n".join(PASSPORT).replace("X1234567", "X1234568"))
    chip_button.click()
    expect(page.get_by_role("alert")).to_contain_text("第 2 行第 1–10 位（证件号码）与校验位不符")

    slot.lay(chip(signed_by=issuer()))
    zone.fill("\n".join(PASSPORT).lower())
    chip_button.click()
    expect(page.get_by_text("签发者未经验证")).to_be_visible()
    expect(page.get_by_text("OKAFOR ADA MARIA")).to_be_visible()
    expect(page.get_by_role("img", name="照片")).to_be_visible()
    page.get_by_role("button", name="确认建档").click()
    expect(page.get_by_text("OKAFOR ADA MARIA 已建档")).to_be_visible()

    slot.lay(chip(PERMIT, offers=(AES_ON_BRAINPOOL,), national_name="陳大文"))
    page.get_by_role("textbox", name="卡号").fill(CAN)
    page.get_by_role("button", name="读取芯片").click()
    expect(page.get_by_text("芯片没有签名")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="陳大文")).to_be_visible()
    page.get_by_role("button", name="确认建档").click()
    expect(page.get_by_text("陳大文 已建档")).to_be_visible()

    altered = chip(signed_by=issuer())
    altered.contents[0x0102] = altered.contents[0x0102][:-1] + b"\x00"
    slot.lay(altered)
    page.get_by_role("textbox", name="机读码", exact=True).fill("\n".join(PASSPORT))
    page.get_by_role("button", name="读取芯片").click()
    expect(page.get_by_text("不能据此建档")).to_be_visible()
    expect(page.get_by_role("button", name="确认更新")).to_have_count(0)
