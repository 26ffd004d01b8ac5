"""SMS notices: looked at before they are switched on; a person chooses to be told what was decided, and is."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.access.mobiles import national
from app.access.sms.gateway import OutboxGateway
from app.demo.people import DemoPerson
from app.notices import sending
from data.models import Notice
from tests.browser.site import Site, open_page, settled
from tests.browser.test_review import give_back


def test_notices_are_previewed_switched_on_chosen_and_sent(page: Page, site: Site, people: list[DemoPerson]) -> None:
    person = people[17]
    site.let_in(page.context, "admin")
    open_page(page, site, "system", "系统设置")
    form = page.get_by_test_id("stForm").filter(has_text="短信通知")
    form.get_by_label("到期前多少天提醒").fill("365\n30")
    form.get_by_text("本人可以选择用短信接收审核结果").click()
    form.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("设置已保存")).to_be_visible()
    page.get_by_role("button", name="预览到期提醒").click()
    expect(page.get_by_text(re.compile(r"现在会向 [1-9]\d* 人发送 [1-9]\d* 条"))).to_be_visible()
    expect(page.get_by_text("尚未开启")).to_be_visible()
    first = page.get_by_role("table", name="到期提醒预览").get_by_role("row").nth(1)
    expect(first).to_contain_text(re.compile(r"1\d\d\*{4}\d{4}.*【从业档案】您的.*到期"))

    page.context.clear_cookies()
    site.let_in(page.context, person)
    open_page(page, site, "identity", "个人基本信息")
    page.get_by_text("审核结果发短信告诉我").click()
    expect(page.get_by_text("今后的审核结果会发到您登记的手机")).to_be_visible()
    settled(page)
    give_back(site, person, "缺少劳动合同")
    with site.database.write() as db:
        db.execute(update(Notice).values(due_at=Notice.created_at))
    sending.send_waiting(site.database, OutboxGateway())
    page.context.clear_cookies()
    page.goto(f"{site.address}/outbox")
    row = page.get_by_role("row").filter(has_text=national(person.mobile)).filter(has_text="已退回")
    expect(row).to_contain_text("原因：缺少劳动合同。请登录修改后重新提交。")
