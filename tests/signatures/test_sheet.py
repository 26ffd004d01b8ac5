"""The printed signature sheet."""

import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp

from app.signatures.geometry import A4_SHEET
from app.signatures.sheet import SheetData, sheet_pdf
from app.signatures.tokens import make_token
from tests.signatures.paper import KEY, TOKEN, blank

RARE = "王𠮟𫝀𬺰𰀀𱍐"


def pdf_text(pdf: bytes, folder: Path) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout


def test_title_name_number_and_notes_can_be_copied_out(tmp_path: Path) -> None:
    sheet = SheetData("王小明", "190101199001011234", TOKEN)
    text = pdf_text(sheet_pdf([sheet], "上海市", organisation="某某协会", printed_on=date(2026, 11, 24)), tmp_path)
    for words in (
        "上海市建设工程企业从业人员",
        "签名信息采集表",
        "姓名",
        "王小明",
        "证件号",
        "190101199001011234",
        "签名",
        "说明：",
        "1、请在以上签名框内，亲笔填写本人常用手写签名，签字文字要清晰，",
        "某某协会",
        "打印日期：2026-11-24",
    ):
        assert words in text


def test_names_beyond_the_basic_plane_can_be_copied_out(tmp_path: Path) -> None:
    assert RARE in pdf_text(sheet_pdf([SheetData(RARE, "H12345678", TOKEN)], "上海市"), tmp_path)


def test_a_name_is_printed_as_typed_and_never_as_markup(tmp_path: Path) -> None:
    names = ("<b>张</b> $x$ <img src=x/>", "[a](javascript:x)", "![](http://x)", "=1+1")
    pdf = sheet_pdf([SheetData(name, "1", TOKEN) for name in names], "上海市")
    printed = " ".join(pdf_text(pdf, tmp_path).split())
    assert all(name in printed for name in names)
    assert b"/Annot" not in pdf


def test_every_font_is_embedded_as_a_subset(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(sheet_pdf([SheetData(RARE, "1", TOKEN), SheetData("王小明", "2", TOKEN)], "上海市"))
    listing = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    assert len(listing) >= 2
    for line in listing:
        embedded, subset, unicode = line.split()[-5:-2]
        assert (embedded, subset, unicode) == ("yes", "yes", "yes"), line


def test_the_paper_is_a4_and_the_order_that_of_the_list(tmp_path: Path) -> None:
    names = ["甲一", "乙二", "丙三"]
    pdf = sheet_pdf((SheetData(name, "1", make_token(bytes(16), KEY)) for name in names), "北京市")
    document = pdfium.PdfDocument(pdf)
    assert [page.get_size() for page in document] == [pytest.approx((595.28, 841.89), abs=0.01)] * 3
    text = pdf_text(pdf, tmp_path)
    assert "北京市建设工程企业从业人员" in text
    assert sorted(names, key=text.index) == names


@pytest.mark.parametrize("dpi", [72, 100, 300])
def test_the_qr_code_holds_the_token_where_the_geometry_says(dpi: int) -> None:
    found = zxingcpp.read_barcodes(blank(dpi).pixels)
    assert [code.text for code in found] == [TOKEN]
    corner = found[0].position.top_left
    scale = dpi / 25.4
    assert (corner.x / scale, corner.y / scale) == pytest.approx((A4_SHEET.qr.left, A4_SHEET.qr.top), abs=0.8)


def test_the_box_is_printed_where_the_geometry_says() -> None:
    scale, box = 300 / 25.4, A4_SHEET.box
    dark = blank(300).pixels[:, :, 0] < 128
    for across in (round((box.left + 30) * scale), round((box.right - 5) * scale)):
        rows = np.flatnonzero(dark[round((box.top - 2) * scale) : round((box.top + 2) * scale), across])
        assert rows.mean() / scale - 2 == pytest.approx(0, abs=0.1)
    inner = dark[round((box.top + 1) * scale) : round((box.bottom - 1) * scale)]
    assert not inner[:, round((box.left + 1) * scale) : round((box.right - 1) * scale)].any()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("买买提江·阿卜杜热合曼·麦麦提艾力·吐尔逊江·阿不都外力", "190101199001011234"),
        ("WOLFESCHLEGELSTEINHAUSENBERGERDORFF JOHANN MAXIMILIAN ALEXANDER FRIEDRICH WILHELM", "C01X00T47"),
        ("王", "1901011990010112341901011990010112341901011990010112"),
    ],
)
def test_long_names_and_numbers_stay_in_their_cells(name: str, number: str) -> None:
    page = pdfium.PdfDocument(sheet_pdf([SheetData(name, number, TOKEN)], "上海市"))[0]
    empty = pdfium.PdfDocument(sheet_pdf([SheetData("", "", TOKEN)], "上海市"))[0]
    scale = 150 / 25.4
    changed = np.abs(page.render(scale=150 / 72).to_numpy().astype(int) - empty.render(scale=150 / 72).to_numpy())
    rows, columns = (np.flatnonzero(changed.max(axis=2).any(axis=axis) > 0) / scale for axis in (1, 0))
    assert rows.min() > 70.5
    assert rows.max() < 83.5
    for left, right in ((45.5, 100.5), (123.5, 184.5)):
        inside = columns[(columns > left - 15) & (columns < right + 5)]
        assert inside.min() > left
        assert inside.max() < right


def test_the_print_dialog_opens_only_when_asked() -> None:
    sheet = SheetData("王小明", "1", TOKEN)
    assert b"/OpenAction" not in sheet_pdf([sheet], "上海市")
    pdf = sheet_pdf([sheet], "上海市", open_print_dialog=True)
    assert b"/OpenAction" in pdf
    assert b"/N /Print /S /Named" in pdf


def test_an_empty_list_prints_nothing() -> None:
    with pytest.raises(ValueError, match="no sheet"):
        sheet_pdf([], "上海市")


def test_a_long_list_shares_what_is_the_same_on_every_page() -> None:
    one = len(sheet_pdf([SheetData("王小明", "1", TOKEN)], "上海市"))
    many = len(sheet_pdf([SheetData("王小明", "1", TOKEN)] * 50, "上海市"))
    assert (many - one) / 49 < 5000
