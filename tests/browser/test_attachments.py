"""Attachments: rules with figures, one for each record, and the mend of a phone's photo and of a PDF's page."""

import re
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.access.rights import Actor, Role
from app.demo.people import DemoPerson
from app.records import service as records
from data.models import Attachment, category
from data.models.base import new_id
from tests.attachments.pictures import conforming_jpg, corners, encoded, pdf, photo
from tests.browser.site import Site, open_page, settled
from tests.english_left import find_english

pytestmark = pytest.mark.browser

TITLE = {
    "title": "相当于技术员",
    "major": "附件测试",
    "committee": "云江市中级职称评审委员会",
    "approved_on": date(2018, 5, 11),
    "review_number": "P-1",
    "certificate_number": "Z-1",
    "issuer": "云江市人社局",
    "seal_unit": "云江市人社局",
}
ONLY_ONE = "只能上传一张职称证书附件，重新上传请先删除已有职称证书附件"


def phone_photo() -> bytes:
    """Twelve megapixels taken upright, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: viewers turn the picture back
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)
    return encoded(photo(4000, 3000), quality=92, exif=exif)


def test_a_phones_photo_and_a_pdfs_page_become_conforming_attachments(
    site: Site, context: BrowserContext, page: Page, person: DemoPerson
) -> None:
    dossier_id = site.dossier_id(person)
    with site.database.write() as db:
        owner = Actor(Role.PRACTITIONER, dossier_id)
        record_id = records.create(db, owner, dossier_id, category("titles"), new_id(), TITLE)
    site.let_in(context, person)
    open_page(page, site, "titles", "职称信息")
    row = page.get_by_role("table").get_by_role("row").filter(has_text="附件测试")
    dialog = page.get_by_role("dialog")

    row.get_by_role("button", name="上传附件").click()
    expect(dialog.get_by_text("附件要求：分辨率 72dpi~100dpi，比例 1:1，类型 JPG，大小小于300KB")).to_be_visible()
    upload(dialog, "空.jpg", b"")
    expect(dialog.get_by_text("文件「空.jpg」是空的（0 字节），请重新选择").first).to_be_visible()
    upload(dialog, "证书.jpg", conforming_jpg(dpi=(230, 230)))
    expect(dialog.get_by_text("分辨率为 230 dpi，要求 72–100 dpi")).to_be_visible()
    upload(dialog, "其实是图.jpg", encoded(corners(559, 794), "PNG", dpi=(96, 96)))
    expect(dialog.get_by_text("文件实际类型为 PNG，要求 JPG")).to_be_visible()
    assert find_english(page) == []

    upload(dialog, "照片.jpg", phone_photo())
    expect(dialog.get_by_text(re.compile(r"文件大小 \d+ KB，要求小于 300 KB"))).to_be_visible()
    dialog.get_by_role("button", name="一键转换为符合要求的 JPG").click()
    expect(dialog.get_by_text("已转换为符合要求的 JPG，请核对是否清楚，再点击「上传」")).to_be_visible()
    expect(dialog.get_by_role("img", name="附件预览")).to_be_visible()
    assert find_english(page) == []
    dialog.get_by_label("文件标题（显示的名称）").fill("技术员证书")
    dialog.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("附件已上传")).to_be_visible()
    kept = stored(site, record_id)
    picture = Image.open(BytesIO(kept.content))
    assert (picture.format, len(kept.content) < 300 * 1024, 72 <= kept.dpi <= 100) == ("JPEG", True, True)
    assert picture.height > picture.width, "the photo stands upright"
    assert not picture.getexif()

    row.get_by_role("button", name="查看附件").click()
    expect(dialog.get_by_text("技术员证书")).to_be_visible()
    expect(dialog.get_by_text(re.compile(rf"{kept.width}×{kept.height} 像素 · {kept.dpi} dpi"))).to_be_visible()
    expect(dialog.get_by_text(ONLY_ONE)).to_be_visible()
    expect(dialog.locator("input[type=file]")).to_have_count(0)
    dialog.get_by_role("button", name="删除附件").click()
    expect(dialog.locator("input[type=file]")).to_have_count(1)

    upload(dialog, "加密.pdf", pdf(password="secret"))
    expect(dialog.get_by_text("文件「加密.pdf」是加密的 PDF，请去掉密码后重新上传").first).to_be_visible()
    upload(dialog, "证书.pdf", pdf(pages=3))
    dialog.get_by_label("选用第几页（共 3 页）").fill("2")
    dialog.get_by_role("button", name="一键转换为符合要求的 JPG").click()
    expect(dialog.get_by_role("img", name="附件预览")).to_be_visible()
    dialog.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("附件已上传")).to_be_visible()
    # The red block on a page of three is as wide as the page's number tells: on the second it ends at 63 %.
    red, green, _blue = Image.open(BytesIO(stored(site, record_id).content)).convert("RGB").split()
    line = [red.getpixel((x, 5)) != green.getpixel((x, 5)) for x in range(red.width)]
    assert 0.58 < sum(line) / len(line) < 0.68


def upload(dialog: Locator, name: str, content: bytes) -> None:
    """Choose a file, as the button for it would."""
    kind = "application/pdf" if name.endswith("pdf") else "image/jpeg"
    settled(dialog.page)
    dialog.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def stored(site: Site, record_id: object) -> Attachment:
    """The attachment that was kept."""
    with site.database.read() as db:
        query = select(Attachment).where(Attachment.record_id == record_id).options(undefer(Attachment.content))
        return db.scalars(query).one()
