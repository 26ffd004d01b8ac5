"""个人签名信息: the sheet opens in its own tab with the print dialog, its signed scan is uploaded and viewed."""

import uuid
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from sqlalchemy import select

from app.access.rights import Actor, Role
from app.demo.people import DemoPerson
from app.signatures import service as signatures
from app.signatures.tokens import make_token
from data.models import SignatureSheet
from tests.browser.site import Site, open_page
from tests.english_left import find_english
from tests.signatures.paper import signed

pytestmark = pytest.mark.browser


def test_the_sheet_is_printed_signed_uploaded_and_viewed(
    site: Site, context: BrowserContext, page: Page, person: DemoPerson, untouched: Iterator[DemoPerson]
) -> None:
    site.let_in(context, person)
    open_page(page, site, "signature", "个人签名信息")
    expect(page.get_by_text("还没有上传采集表。请先打印、签名、扫描，再上传。")).to_be_visible()
    assert find_english(page) == []

    link = page.get_by_role("link", name="打印")
    with context.expect_page() as opened:
        link.click()
    opened.value.close()
    answer = context.request.get(f"{site.address}{link.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf"
    # What browsers' viewers take as: open the print dialog.
    assert b"/N /Print /S /Named" in answer.body()

    paper = signed(token=token_of(site, site.dossier_id(person)))
    as_pdf = BytesIO()
    Image.fromarray(paper.pixels).save(as_pdf, "PDF", resolution=150)
    for name, kind, content in (
        ("扫描.jpg", "image/jpeg", paper.file("JPEG", quality=80)),
        ("扫描.png", "image/png", paper.file("PNG")),
        ("扫描.pdf", "application/pdf", as_pdf.getvalue()),
    ):
        upload(page, name, kind, content)
        if name != "扫描.jpg":  # there is a signature by now: nothing takes its place unasked
            expect(page.get_by_text("您已有签名。采用后以这一个为准，原来的签名保留在历史里。")).to_be_visible()
            page.get_by_role("button", name="采用这个签名").click()
        expect(page.get_by_text("采集表已上传，请点击「查看」核对签名")).to_be_visible()
        page.get_by_role("button", name="查看", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("img", name="签名信息采集表")).to_be_visible()
        expect(dialog.get_by_text("从采集表中截取的签名")).to_be_visible()
        expect(dialog.get_by_role("alert")).to_have_count(0)
        assert find_english(page) == []
        dialog.get_by_role("button", name="关闭").click()
        expect(dialog).to_have_count(0)

    other = site.dossier_id(next(untouched))
    with site.database.write() as db:
        signatures.print_sheet(db, Actor(Role.PRACTITIONER, other), other)
    upload(page, "别人的.jpg", "image/jpeg", signed(token=token_of(site, other)).file("JPEG", quality=80))
    expect(page.get_by_text("这张采集表不是为您打印的，请打印自己的采集表，签名后上传")).to_be_visible()


def token_of(site: Site, dossier_id: uuid.UUID) -> str:
    """What the code on a person's newest sheet says."""
    with site.database.read() as db:
        query = select(SignatureSheet.id).where(SignatureSheet.dossier_id == dossier_id)
        sheet = db.scalars(query.order_by(SignatureSheet.id.desc()).limit(1)).one()
    return make_token(sheet.bytes, site.keyring.tokens)


def upload(page: Page, name: str, kind: str, content: bytes) -> None:
    """Choose a file and press the button."""
    field = page.locator("input[type=file]")
    expect(field).to_have_count(1)
    field.set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))
    page.get_by_role("button", name="上传", exact=True).click()
