"""An attachment's mend beside bare Pillow, and signature sheets beside bare reportlab: the same work, nothing checked."""

from io import BytesIO

import numpy as np
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.attachments.mend import mend
from app.attachments.rules import LIMIT_BYTES
from app.signatures.fonts import font_chain
from app.signatures.geometry import A4_SHEET, POINTS_PER_MM, black_runs, qr_matrix
from app.signatures.sheet import NOTES, TITLE, SheetData, sheet_pdf
from bench.rows import Row, in_turns
from bench.signature_corpus import KEY, token_of

PHOTO = (4000, 3000)
SHEETS = 200
MOST_MEND, MOST_SHEETS = 1.5, 1.25
SHARPNESS = 1.5


def run() -> list[Row]:
    """Both works."""
    return [_mend(), _sheets()]


def _mend() -> Row:
    photo = _photo()
    mended = mend(photo, "photo.jpg")
    assert len(mended.content) < LIMIT_BYTES  # noqa: S101

    def bare() -> None:
        image = Image.open(BytesIO(photo))
        wanted = (mended.width, mended.height)
        image.draft("RGB", (round(wanted[0] * SHARPNESS), round(wanted[1] * SHARPNESS)))
        image.resize(wanted, Image.Resampling.LANCZOS).save(BytesIO(), "JPEG", quality=mended.quality)

    times = in_turns(lambda: mend(photo, "photo.jpg"), bare, 15)
    note = f"{len(mended.content) // 1000} KB at quality {mended.quality}, found by trying"
    return times.row("mend a photo of 12 megapixels", "bare Pillow", most=MOST_MEND, note=note)


def _photo() -> bytes:
    """A page with lines of text-like strokes on paper with grain, as a phone's camera gives it."""
    random = np.random.default_rng(20261124)
    width, height = PHOTO
    paper = 225 + random.normal(0, 4, (height, width, 3))
    for top in range(300, height - 300, 90):
        ends = random.integers(300, width - 300, 400)
        for start in ends:
            paper[top : top + int(random.integers(6, 50)), start : start + int(random.integers(4, 30))] = 40
    out = BytesIO()
    Image.fromarray(paper.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=92)
    return out.getvalue()


def _sheets() -> Row:
    sheets = [SheetData("王小明", "190101199001011234", token_of(number, KEY)) for number in range(SHEETS)]
    fonts = font_chain(None)

    def bare() -> None:
        canvas = Canvas(BytesIO(), pagesize=A4, pageCompression=1)
        canvas.beginForm("sheet")
        canvas.setFont(fonts.main_font, 12)
        lines = [*TITLE, *(line for note in NOTES for line in note)]
        for number, line in enumerate(lines):
            canvas.drawString(72, 780 - 16 * number, line.format(city="上海市"))
        canvas.rect(72, 300, 450, 200)
        canvas.endForm()
        for sheet in sheets:
            canvas.doForm("sheet")
            canvas.setFont(fonts.main_font, 12)
            canvas.drawString(100, 560, sheet.name)
            canvas.drawString(300, 560, sheet.number)
            matrix = qr_matrix(sheet.token)
            side = A4_SHEET.qr.width * POINTS_PER_MM / len(matrix)
            path = canvas.beginPath()
            for row, start, length in black_runs(matrix):
                path.rect(100 + start * side, 200 - row * side, length * side, side)
            canvas.drawPath(path, stroke=0, fill=1)
            canvas.showPage()
        canvas.getpdfdata()

    times = in_turns(lambda: sheet_pdf(sheets, "上海市"), bare, 9)
    return times.row(f"{SHEETS} signature sheets", "bare reportlab", most=MOST_SHEETS)
