"""The office's own table back, as a workbook: each cell that is wrong coloured and commented, ready to be mended.

A workbook of moderate size keeps everything it had (openpyxl loads it whole); a larger one, and any delimited text, is
written anew with its values in constant memory.
"""

import io
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import openpyxl
import xlsxwriter
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from sqlalchemy import select

from app.jobs.running import Running
from app.locale import _, either, told
from app.transfer.cells import text_of
from app.transfer.table_file import Row, open_table
from data.engine import Database
from data.models import ImportProblem, ImportRun

WHOLE_BYTES = 400_000
"""A workbook up to this size, some 50,000 cells, is loaded whole."""
WHOLE_CELLS = 100_000
COLOUR = "FFC7CE"
AUTHOR = "Congye"
COMMENT_WIDTH, COMMENT_HEIGHT = 320, 110
MOST_COMMENTS = 20_000
"""Comments are kept in memory until the end; the problem column has every row's problems all the same."""


def write_marked(running: Running, run: ImportRun, upload: BinaryIO, result: io.RawIOBase) -> None:
    """Write the uploaded table with marks at the problems noted in the database."""
    found = problems(running.database, run)
    if _may_be_whole(upload):
        _mark_whole(run, upload, result, found)
    else:
        _mark_streaming(running, run, upload, result, found)


def problem_heading() -> str:
    """The heading of the column that names a row's problems; an import takes no notice of it."""
    return _("导入问题")


def problems(database: Database, run: ImportRun) -> Iterator[tuple[int, dict[int, str]]]:
    """Row number and messages by column of each row that was not taken, in the order of the table."""
    last = 0
    while True:
        query = select(ImportProblem).where(ImportProblem.import_id == run.id, ImportProblem.row > last)
        with database.read() as db:
            page = db.scalars(query.order_by(ImportProblem.row).limit(500)).all()
        for found in page:
            yield found.row, {int(column): message for column, message in found.found["problems"].items()}
        if not page:
            return
        last = page[-1].row


def _may_be_whole(upload: BinaryIO) -> bool:
    size = upload.seek(0, io.SEEK_END)
    upload.seek(0)
    if size > WHOLE_BYTES or upload.read(2) != b"PK":
        return False
    with open_table(upload) as table:
        cells = 0
        for _number, row in table.rows:
            cells += len(row)
            if cells > WHOLE_CELLS:
                return False
    return True


def _mark_whole(
    run: ImportRun, upload: BinaryIO, result: io.RawIOBase, found: Iterator[tuple[int, dict[int, str]]]
) -> None:
    upload.seek(0)
    book = openpyxl.load_workbook(upload)
    sheet = next(each for each in book.worksheets if each.sheet_state == "visible")
    _remove_old_marks(sheet)
    headings = run.headings["headings"]
    column = _problem_column(headings)
    for (cell,) in sheet.iter_rows(min_col=column + 1, max_col=column + 1, min_row=run.header_row):
        cell.value = None
    sheet.cell(run.header_row, column + 1, problem_heading())
    for number, messages in found:
        sheet.cell(number, column + 1, _joined(headings, messages))
        for index, message in messages.items():
            cell = sheet.cell(number, index + 1)
            if isinstance(cell, MergedCell):
                continue  # only the first cell of a merged range can bear a mark
            cell.fill = PatternFill("solid", start_color=COLOUR)
            cell.comment = Comment(message, AUTHOR, COMMENT_HEIGHT, COMMENT_WIDTH)
    book.save(result)


def _remove_old_marks(sheet: Any) -> None:
    """A workbook that was mended and sent again brings the marks of last time with it."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def _mark_streaming(
    running: Running,
    run: ImportRun,
    upload: BinaryIO,
    result: io.RawIOBase,
    found: Iterator[tuple[int, dict[int, str]]],
) -> None:
    headings = run.headings["headings"]
    column = _problem_column(headings)
    pending = next(found, None)
    comments = 0
    upload.seek(0)
    with tempfile.TemporaryDirectory(prefix="congye-") as folder, open_table(upload) as table:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_numbers": False, "strings_to_formulas": False}
        with xlsxwriter.Workbook(result, options) as book:
            sheet = book.add_worksheet()
            text = book.add_format({"num_format": "@"})
            wrong = book.add_format({"num_format": "@", "bg_color": f"#{COLOUR}"})
            sheet.set_comments_author(AUTHOR)
            for number, cells in table.rows:
                messages: dict[int, str] = {}
                if pending is not None and pending[0] == number:
                    messages = pending[1]
                    pending = next(found, None)
                _write_row(sheet, (number, cells[:column]), messages, text, wrong)
                if number == run.header_row:
                    sheet.write_string(number - 1, column, problem_heading(), text)
                elif messages:
                    sheet.write_string(number - 1, column, _joined(headings, messages), text)
                for index, message in messages.items():
                    if comments < MOST_COMMENTS:
                        sheet.write_comment(
                            number - 1, index, message, {"x_scale": 2.5, "y_scale": 1.2, "author": AUTHOR}
                        )
                        comments += 1
                if number % 500 == 0:
                    running.report(running.done)


def _write_row(sheet: Any, row: Row, messages: dict[int, str], text: Any, wrong: Any) -> None:
    number, cells = row
    for index in range(max(len(cells), max(messages, default=-1) + 1)):
        shown = text_of(cells[index]) if index < len(cells) else ""
        style = wrong if index in messages else text
        if shown:
            sheet.write_string(number - 1, index, shown, style)
        elif index in messages:
            sheet.write_blank(number - 1, index, None, style)


def _problem_column(headings: list[str]) -> int:
    return headings.index(problem_heading()) if problem_heading() in headings else len(headings)


def _joined(headings: list[str], messages: dict[int, str]) -> str:
    lines = (
        told(headings[index], message) if index < len(headings) and headings[index] else message
        for index, message in sorted(messages.items())
    )
    semicolon = either("；", "; ")
    return semicolon.join(line.replace("\n", semicolon) for line in lines)
