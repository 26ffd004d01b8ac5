"""短信用户注册: every answer of the guide at the screen, word for word, and the mobile that is bound in the end."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from app.access.mobiles import national
from app.demo.people import DemoPerson, demo_people
from data.codes import code_table
from tests.browser.site import Site, choose, log_in, newest_code, open_page, settled, type_day
from tests.english_left import find_english

pytestmark = pytest.mark.browser


def test_every_branch_of_the_registration(site: Site, page: Page, people: list[DemoPerson]) -> None:
    newcomer, stranger = people[4], list(demo_people(120))[119]
    number = page.get_by_label("身份证号", exact=True)
    open_page(page, site, "login", "短信用户登录")
    page.get_by_role("button", name="短信用户注册").click()
    expect(page.get_by_role("heading", name="短信用户注册")).to_be_visible()

    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_text("有 9 处需要修改，请看标红的说明")).to_be_visible()
    expect(page.get_by_text("请填写身份证号")).to_be_visible()
    expect(page.get_by_text("请选择民族")).to_be_visible()
    settled(page)
    assert find_english(page) == []

    _fill_in(page, stranger)
    _verify(page, "????", "请填写正确的验证码")
    _verify(page, site.captcha_answer(), "该身份证尚未完成人员读卡建档")
    assert find_english(page) == []

    number.fill(stranger.number[:-1] + ("0" if stranger.number[-1] != "0" else "1"))
    _verify(page, site.captcha_answer(), "身份证号未通过校验，请对照证件逐位核对")

    _fill_in(page, people[0])
    _verify(page, site.captcha_answer(), "用户已经完成人员读卡建档，可以使用建档信息直接登录")

    _fill_in(page, replace(newcomer, address="云江市城中区别处 1 号"))
    _verify(page, site.captcha_answer(), "所填信息与建档信息不一致，请对照身份证逐项核对后重新填写")

    page.get_by_label("住址", exact=True).fill(newcomer.address)
    # As people type a number: full-width, in lower case, with spaces.
    number.fill(f" {_wide(newcomer.number[:6])} {newcomer.number[6:].lower()} ")
    _verify(page, site.captcha_answer(), "身份证信息验证通过，请继续填写手机号")
    assert find_english(page) == []

    page.get_by_label("手机号", exact=True).fill(national(people[0].mobile))
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_text("该手机号已注册过个人短信用户，无法重复注册")).to_be_visible()
    page.get_by_label("手机号", exact=True).fill("139 0000")
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_text("手机号码不正确：填写了 7 位数字，应为 11 位手机号码")).to_be_visible()

    page.get_by_label("手机号", exact=True).fill(national(newcomer.mobile))
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^短信已发送，\d+ 秒内有效$"))
    code = newest_code(page, site, newcomer.mobile)
    page.get_by_label("手机验证码").fill(str((int(code) + 1) % 1_000_000).zfill(6))
    page.get_by_role("button", name="完成注册").click()
    expect(page.get_by_text(re.compile("^动态密码错误、已使用或已过期"))).to_be_visible()
    page.get_by_label("手机验证码").fill(code)
    page.get_by_role("button", name="完成注册").click()
    expect(page.get_by_text("注册成功，请用证件号和手机号登录")).to_be_visible()

    open_page(page, site, "register", "短信用户注册")
    _fill_in(page, newcomer)
    _verify(page, site.captcha_answer(), "该证件号已经注册过短信用户，无法再次注册")
    log_in(page, site, newcomer)


def _fill_in(page: Page, person: DemoPerson) -> None:
    texts = {"姓名": person.name, "住址": person.address, "身份证号": person.number, "签发机关": person.authority}
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    body = page.locator("body")
    choose(body, "性别", code_table("sex").label(person.sex, "zh_CN"))
    choose(body, "民族", code_table("ethnicity").label(person.ethnicity, "zh_CN"))
    type_day(body, "出生日期", f"{person.birth_date:%Y%m%d}")
    type_day(body, "有效期限", f"{person.valid_from:%Y%m%d}")
    for_good = page.get_by_role("checkbox", name="长期")
    if for_good.is_checked() != (person.valid_to is None):
        page.get_by_text("长期", exact=True).click()
        expect(for_good).to_be_checked(checked=person.valid_to is None)
    if person.valid_to is not None:
        type_day(body, "有效期止", f"{person.valid_to:%Y%m%d}")


def _verify(page: Page, captcha: str, answer: str) -> None:
    page.get_by_role("textbox", name="验证码").fill(captcha)
    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_text(answer, exact=True)).to_be_visible()
    settled(page)


def _wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
