"""Made-up certificates as attachments of the demo: what stands in the record, on a sheet with a frame and a seal."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics

from app.signatures.fonts import font_chain
from app.validation import shown
from data.models import Record
from data.models.declaration import Category

SIZE = (827, 585)
"""A5 across, at 100 dpi."""
DPI = 100


def certificate(of: Category, record: Record, name: str) -> bytes:
    """A conforming JPG of a record that a person called `name` has."""
    picture = Image.new("RGB", SIZE, "#fffdf6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((18, 18, SIZE[0] - 18, SIZE[1] - 18), outline="#8a1616", width=6)
    draw.text((SIZE[0] / 2, 70), of.item_zh, font=_font(40), fill="#8a1616", anchor="mm")
    lines = [f"姓名：{name}", *(f"{each.zh}：{shown(each, getattr(record, each.key))}" for each in of.fields)]
    for at, line in enumerate(lines):
        _write(draw, (70, 141 + at * 36), line)
    draw.ellipse((SIZE[0] - 220, SIZE[1] - 220, SIZE[0] - 60, SIZE[1] - 60), outline="#c62828", width=5)
    draw.text((SIZE[0] - 140, SIZE[1] - 140), "演示专用", font=_font(28), fill="#c62828", anchor="mm")
    out = BytesIO()
    picture.save(out, "JPEG", quality=85, dpi=(DPI, DPI))
    return out.getvalue()


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
    """A line beginning at (x, y) of its base; a character that the first font lacks comes from the one that has it."""
    x, y = at
    for name, run in font_chain().runs(text):
        font = _font(22, name)
        draw.text((x, y), run, font=font, fill="#222222", anchor="ls")
        x += font.getlength(run)


@cache
def _font(size: int, name: str | None = None) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pdfmetrics.getFont(name or font_chain().main_font).face.filename, size)
