"""Uploaded tables, told apart by their content: Excel workbooks and delimited text."""

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from app.errors import UserError
from app.locale import _
from app.transfer import csv_table
from app.transfer.limits import MOST_COLUMNS, MOST_ROWS, SHOWN_MEGABYTES, UPLOAD_BYTES

XLSX_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""Old .xls workbooks, and new ones that are protected by a password."""

Row = tuple[int, tuple[object, ...]]
"""A row's number in the file, from 1, and its cells."""


@dataclass(frozen=True)
class Table:
    """An open table: `kind` is xlsx or csv."""

    kind: str
    rows: Iterator[Row]


@contextmanager
def open_table(stream: BinaryIO) -> Iterator[Table]:
    """The table in a file (seekable, at its beginning), read a row at a time. Raises UserError, from `rows` as well."""
    stream.seek(0, io.SEEK_END)
    size = stream.tell()
    stream.seek(0)
    if size > UPLOAD_BYTES:
        raise UserError("too_big", _("文件大于 {most} MB，请拆成几个文件").format(most=SHOWN_MEGABYTES))
    beginning = stream.read(4)
    stream.seek(0)
    if not beginning:
        raise UserError("empty", _("文件是空的"))
    if beginning == OLE_MAGIC:
        raise UserError("old_workbook", _("这是旧版 Excel（.xls）或设有密码的文件，请去掉密码并另存为 .xlsx"))
    if beginning == XLSX_MAGIC:
        from app.transfer import xlsx_table  # noqa: PLC0415  whoever reads text needs no reader of workbooks

        with xlsx_table.rows(stream) as rows:
            yield Table("xlsx", _within_limits(rows))
    else:
        with closing(csv_table.rows(stream)) as rows:
            yield Table("csv", _within_limits(rows))


def _within_limits(rows: Iterator[Row]) -> Iterator[Row]:
    for number, cells in rows:
        if number > MOST_ROWS:
            raise UserError("too_many_rows", _("表格超过 {most} 行，请拆成几个文件").format(most=MOST_ROWS))
        if len(cells) > MOST_COLUMNS:
            message = _("第 {row} 行超过 {most} 列，请核对文件")
            raise UserError("too_many_columns", message.format(row=number, most=MOST_COLUMNS))
        if any(cell is not None and cell != "" for cell in cells):
            yield number, cells
