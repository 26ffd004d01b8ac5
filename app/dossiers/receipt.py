"""The receipt of a batch: the list a company takes along, as PDF and as a spreadsheet; numbers are masked."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Font
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.dossiers.batches import OUTCOMES, Line
from app.dossiers.card_messages import outcome_text
from app.locale import _
from app.moments import to_the_minute
from app.signatures.fonts import FontChain, draw_text, text_width

MM = 72 / 25.4
WIDTH, HEIGHT = float(A4[0]), float(A4[1])
LEFT, RIGHT, TOP, BOTTOM = 18 * MM, WIDTH - 18 * MM, HEIGHT - 18 * MM, 18 * MM
COLUMNS = (0.0, 12 * MM, 52 * MM, 100 * MM, 132 * MM)
"""Where number, name, document number, time and outcome begin."""
SIZE, LEADING = 10.0, 7 * MM


@dataclass(frozen=True)
class Receipt:
    """What stands on the receipt."""

    organisation: str
    company: str
    clerk: str
    started_at: datetime
    lines: Sequence[Line]

    @property
    def head(self) -> list[tuple[str, str]]:
        """Names and values above the list."""
        done = Counter(line.outcome for line in self.lines)
        summary = "  ".join(f"{outcome_text(outcome)} {done[outcome]}" for outcome in OUTCOMES if done[outcome])
        return [
            (_("单位"), self.company or "—"),
            (_("受理人员"), self.clerk),
            (_("开始时间"), to_the_minute(self.started_at)),
            (_("合计"), f"{len(self.lines)}  {summary}".strip()),
        ]


def titles() -> tuple[str, ...]:
    """The headings of the list."""
    return (_("序号"), _("姓名"), _("证件号"), _("时间"), _("结果"))


def cells(number: int, line: Line) -> tuple[str, ...]:
    """A card as the list shows it."""
    return (str(number), line.name or "—", line.number or "—", clock(line.at), line.text)


def clock(moment: datetime) -> str:
    """The time of day at the window."""
    return f"{moment.astimezone():%H:%M:%S}"


def as_pdf(receipt: Receipt, fonts: FontChain) -> bytes:
    """The receipt on A4, as many pages as it takes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(_("读卡建档回执"))
    y = _first_page(canvas, receipt, fonts)
    y = _row(canvas, titles(), y, fonts)
    for number, line in enumerate(receipt.lines, 1):
        if y < BOTTOM + LEADING:
            canvas.showPage()
            y = _row(canvas, titles(), TOP, fonts)
        y = _row(canvas, cells(number, line), y, fonts)
    canvas.save()
    return out.getvalue()


def as_xlsx(receipt: Receipt) -> bytes:
    """The receipt as a spreadsheet. Every cell is text: a name beginning with = is a name, no formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("回执")
    rows = [(_("读卡建档回执"),), *receipt.head, (), titles()]
    rows += [cells(number, line) for number, line in enumerate(receipt.lines, 1)]
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = text
            cell.data_type = "s"
            cell.font = Font(bold=at in {1, len(receipt.head) + 3})
    for letter, width in zip("ABCDE", (12, 24, 24, 12, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _first_page(canvas: Canvas, receipt: Receipt, fonts: FontChain) -> float:
    title = _("读卡建档回执")
    draw_text(canvas, title, ((WIDTH - text_width(title, 18, fonts)) / 2, TOP - 10), 18, fonts)
    y = TOP - 16 * MM
    _fitted(canvas, receipt.organisation, (LEFT, y), RIGHT - LEFT, fonts)
    for name, value in receipt.head:
        y -= LEADING
        draw_text(canvas, name, (LEFT, y), SIZE, fonts)
        _fitted(canvas, value, (LEFT + 28 * MM, y), RIGHT - LEFT - 28 * MM, fonts)
    return y - 12 * MM


def _row(canvas: Canvas, texts: Sequence[str], y: float, fonts: FontChain) -> float:
    ends = (*COLUMNS[1:], RIGHT - LEFT)
    for text, start, end in zip(texts, COLUMNS, ends, strict=True):
        _fitted(canvas, text, (LEFT + start, y), end - start - 2 * MM, fonts)
    canvas.setLineWidth(0.3)
    canvas.line(LEFT, y - 2 * MM, RIGHT, y - 2 * MM)
    return y - LEADING


def _fitted(canvas: Canvas, text: str, at: tuple[float, float], width: float, fonts: FontChain) -> None:
    """A line of text, drawn smaller where it would be too wide."""
    natural = text_width(text, SIZE, fonts)
    draw_text(canvas, text, at, SIZE if natural <= width else SIZE * width / natural, fonts)
