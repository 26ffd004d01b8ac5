"""The signature sheet (签名信息采集表) as a PDF: A4, ready to print, sign and scan. The form is Chinese in every language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName
from reportlab.pdfgen.canvas import Canvas

from app.signatures.fonts import FontChain, draw_text, font_chain, text_width
from app.signatures.geometry import (
    A4_SHEET,
    POINTS_PER_MM,
    Matrix,
    Rectangle,
    black_runs,
    mark_matrix,
    qr_matrix,
)

TITLE = ("{city}建设工程企业从业人员", "签名信息采集表")
NOTES = (
    (
        "1、请在以上签名框内，亲笔填写本人常用手写签名，签字文字要清晰，",
        "笔画完整，不得由他人代签，不得触及或超出签名框。",
    ),
    ("2、请用黑色签字笔或钢笔书写，不用铅笔；写错请重新打印一张，", "不要涂改。"),
    ("3、请用 A4 白纸单面打印，打印比例选“实际大小”（100 %），", "不要选“适合页面”。"),
    ("4、请保持纸面平整洁净：折痕不要穿过签名框，四角的方形标记和", "二维码不要遮挡、涂写或裁掉。"),
    ("5、签名后请将整页扫描（彩色或灰度，300 dpi）或在光线均匀处拍照，", "存为 JPG、PNG 或 PDF 后上传。"),
    ("6、二维码中只有本表编号，不含个人信息；重新打印的表请用最新的一张。",),
)
INK = 0.0
SOFT = 0.35

_ROW = Rectangle(25, 70, 160, 14)  # 姓名 and 证件号, above the box
_LABEL_WIDTH = 20.0
_NUMBER_LABEL = Rectangle(101, 70, 22, 14)
_SMALLEST_ONE_LINE = 8.0  # points; below that a name with a space is set in two lines


@dataclass(frozen=True)
class SheetData:
    """One person's sheet: name, document number and the signed sheet number for the QR code."""

    name: str
    number: str
    token: str


def sheet_pdf(
    sheets: Iterable[SheetData],
    city: str,
    *,
    organisation: str = "",
    printed_on: date | None = None,
    open_print_dialog: bool = False,
    font_folder: Path | None = None,
) -> bytes:
    """One A4 page a sheet, in the order given. Raises UserError `no_chinese_font`, ValueError without a sheet."""
    fonts = font_chain(font_folder)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, pageCompression=1, initialFontName=fonts.main_font)
    title = "".join(TITLE).format(city=city)
    canvas.setTitle(title)
    canvas.setSubject(title)
    canvas.setAuthor(organisation)
    canvas.setCreator("Congye")
    if open_print_dialog:
        # A named action (ISO 32000-1 section 12.6.4.11) needs no JavaScript; browsers' viewers and Acrobat follow it.
        canvas.setCatalogEntry("OpenAction", PDFDictionary({"S": PDFName("Named"), "N": PDFName("Print")}))
    pages = 0
    for pages, sheet in enumerate(sheets, 1):
        if pages == 1:
            _declare_form(canvas, fonts, city, organisation, printed_on)
        canvas.doForm("sheet")
        _draw_person(canvas, sheet, fonts)
        _draw_modules(canvas, qr_matrix(sheet.token), A4_SHEET.qr)
        canvas.showPage()
    if not pages:
        raise ValueError("no sheet to print")
    canvas.save()
    return buffer.getvalue()


def _declare_form(canvas: Any, fonts: FontChain, city: str, organisation: str, printed_on: date | None) -> None:
    """What is the same on every page, stored once in the file."""
    canvas.beginForm("sheet")
    _draw_title(canvas, fonts, city)
    _draw_table(canvas, fonts)
    _draw_notes(canvas, fonts)
    _draw_footer(canvas, fonts, organisation, printed_on)
    for number, mark in enumerate(A4_SHEET.marks):
        _draw_modules(canvas, mark_matrix(number), mark)
    canvas.endForm()


def _draw_title(canvas: Any, fonts: FontChain, city: str) -> None:
    for template, top in zip(TITLE, (39.0, 52.0), strict=True):
        text = template.format(city=city)
        size = _fitting_size(text, 148, 23, fonts)
        _centred(canvas, fonts, text, Rectangle(25, top, 160, 11), size, bold=True)


def _draw_table(canvas: Any, fonts: FontChain) -> None:
    box = A4_SHEET.box
    label = Rectangle(_ROW.left, box.top, box.left - _ROW.left, box.height)
    canvas.setLineWidth(A4_SHEET.frame_width * POINTS_PER_MM)
    canvas.setLineJoin(0)
    name_label = Rectangle(_ROW.left, _ROW.top, _LABEL_WIDTH, _ROW.height)
    for cell in (_ROW, name_label, _NUMBER_LABEL, label, box):
        canvas.rect(*_points(cell), stroke=1, fill=0)
    _centred(canvas, fonts, "姓名", name_label, 13, bold=True)
    _centred(canvas, fonts, "证件号", _NUMBER_LABEL, 13, bold=True)
    _centred(canvas, fonts, "签名", label, 15, bold=True)


def _draw_notes(canvas: Any, fonts: FontChain) -> None:
    left, top, leading = 25.0, 164.0, 6.6
    _at(canvas, fonts, "说明：", (left, top), 12, bold=True)
    top += 8
    for note in NOTES:
        for line, indent in zip(note, (0.0, 6.2), strict=False):
            _at(canvas, fonts, line, (left + indent, top), 10.5)
            top += leading
        top += 1.4
    qr = A4_SHEET.qr
    caption = Rectangle(qr.left - 5, qr.bottom + 2.5, qr.width + 10, 4)
    canvas.setFillGray(SOFT)
    _centred(canvas, fonts, "请勿遮挡或涂写", caption, 8)
    canvas.setFillGray(INK)


def _draw_footer(canvas: Any, fonts: FontChain, organisation: str, printed_on: date | None) -> None:
    parts = [organisation, f"打印日期：{printed_on.isoformat()}" if printed_on else ""]
    text = "　　".join(part for part in parts if part)
    canvas.setFillGray(SOFT)
    _centred(canvas, fonts, text, Rectangle(25, 277, 160, 5), _fitting_size(text, 156, 9, fonts))
    canvas.setFillGray(INK)


def _draw_person(canvas: Any, sheet: SheetData, fonts: FontChain) -> None:
    name_left = _ROW.left + _LABEL_WIDTH
    _fill_cell(canvas, fonts, sheet.name, Rectangle(name_left, _ROW.top, _NUMBER_LABEL.left - name_left, _ROW.height))
    number_left = _NUMBER_LABEL.right
    _fill_cell(canvas, fonts, sheet.number, Rectangle(number_left, _ROW.top, _ROW.right - number_left, _ROW.height))


def _fill_cell(canvas: Any, fonts: FontChain, text: str, cell: Rectangle) -> None:
    """One line, shrunk to fit; two lines where one would be too small to read and the text has a space to break at."""
    text = " ".join(text.split())
    width = cell.width - 4
    size = _fitting_size(text, width, 15, fonts)
    breaks = [index for index, char in enumerate(text) if char == " "]
    if size >= _SMALLEST_ONE_LINE or not breaks:
        _centred(canvas, fonts, text, cell, size)
        return
    middle = min(breaks, key=lambda index: abs(index - len(text) / 2))
    half = cell.height / 2 - 1
    for line, top in ((text[:middle], cell.top + 1), (text[middle + 1 :], cell.top + 1 + half)):
        _centred(
            canvas, fonts, line, Rectangle(cell.left, top, cell.width, half), _fitting_size(line, width, 11, fonts)
        )


def _fitting_size(text: str, width: float, largest: float, fonts: FontChain) -> float:
    """The font size in points, `largest` or less, at which `text` is at most `width` mm wide."""
    natural = text_width(text, largest, fonts)
    return min(largest, largest * width * POINTS_PER_MM / natural) if natural else largest


def _centred(canvas: Any, fonts: FontChain, text: str, cell: Rectangle, size: float, *, bold: bool = False) -> None:
    left = cell.left + (cell.width - text_width(text, size, fonts) / POINTS_PER_MM) / 2
    # A Chinese glyph's middle lies about 0.36 of its size above the baseline.
    baseline = cell.top + cell.height / 2 + 0.36 * size / POINTS_PER_MM
    _at(canvas, fonts, text, (left, baseline), size, bold=bold)


def _at(
    canvas: Any, fonts: FontChain, text: str, start: tuple[float, float], size: float, *, bold: bool = False
) -> None:
    """Draw a line whose baseline begins at `start` (mm); bold thickens the outlines, the fonts have one weight."""
    canvas.saveState()
    if bold:
        canvas.setLineWidth(size / 40)
        canvas.addLiteral("2 Tr")
    draw_text(canvas, text, (start[0] * POINTS_PER_MM, A4[1] - start[1] * POINTS_PER_MM), size, fonts)
    canvas.restoreState()


def _draw_modules(canvas: Any, modules: Matrix, place: Rectangle) -> None:
    """Fill black modules as runs, in whole numbers of modules: a hundred rectangles of one path, quickly written."""
    left, bottom, width, height = _points(place)
    rows, columns = modules.shape
    canvas.saveState()
    canvas.translate(left, bottom)
    canvas.scale(width / columns, height / rows)
    runs = (f"{start} {rows - 1 - row} {length} 1 re" for row, start, length in black_runs(modules))
    canvas.addLiteral(f"{' '.join(runs)} f")
    canvas.restoreState()


def _points(place: Rectangle) -> tuple[float, float, float, float]:
    """Left, bottom, width, height in PDF points."""
    bottom = A4[1] - place.bottom * POINTS_PER_MM
    return place.left * POINTS_PER_MM, bottom, place.width * POINTS_PER_MM, place.height * POINTS_PER_MM
