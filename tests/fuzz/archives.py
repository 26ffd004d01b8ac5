"""Workbooks as a target: their parts are changed and packed again, for an archive with a wrong checksum is not read at all."""

import io
import re
import warnings
import zipfile
from datetime import date

import xlsxwriter
from openpyxl import Workbook

PART = b"\n\x1epart "
LEFT_OUT = ("docProps/", "xl/theme/")
LEFT_OUT_OF_PARTS = re.compile(
    rb"<(?:Override|Relationship) [^>]*(?:docProps|theme)[^>]*/>|<colors>.*</colors>", re.DOTALL
)
"""What a small workbook does without."""
ROWS = (("证件号码", "报建编号", "项目名称"), ("190101199003070012", 20, "某项目"))


def workbook() -> bytes:
    """A table of two rows as openpyxl writes it: texts stand in their cells."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_of_excel() -> bytes:
    """The same as Excel does: texts stand in a part of their own; with a date and a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.write_datetime(1, 3, date(2026, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_formula(1, 4, "=B2*2", value=40)
    return out.getvalue()


def unpacked(content: bytes) -> bytes:
    """A workbook as one text: each part under a line with its name, the table last, so that what is cut off is of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.startswith(LEFT_OUT)]
        parts = {name: LEFT_OUT_OF_PARTS.sub(b"", archive.read(name)) for name in names}
    ordered = sorted(parts, key=lambda name: "worksheets/" in name)
    return b"".join(PART + name.encode() + b"\n" + parts[name] for name in ordered)


def packed(content: bytes) -> bytes:
    """The Excel file of such a text, whatever became of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice
        for part in content.split(PART)[1:]:
            name, _line, body = part.partition(b"\n")
            archive.writestr(zipfile.ZipInfo(name.decode("utf-8", "replace")), body)
    return out.getvalue()


def workbooks() -> tuple[bytes, ...]:
    """Both."""
    return workbook(), workbook_of_excel()
