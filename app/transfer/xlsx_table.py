"""Excel workbooks: the first visible sheet, read a row at a time; archives made to fill a memory are refused."""

import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS
from openpyxl.xml.functions import iterparse

from app.errors import UserError
from app.locale import _
from app.transfer.limits import (
    MOST_CELL_CHARACTERS,
    MOST_COLUMNS,
    MOST_RATIO,
    MOST_ROWS,
    RATIO_FROM_BYTES,
    UNPACKED_BYTES,
)

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    AttributeError,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What openpyxl and zipfile raise on archives that are not what they say."""


class SharedStrings:
    """The workbook's texts, which cells point into: kept in a nameless temporary file, not in memory."""

    def __init__(self) -> None:
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the workbook, gone with the process
        self._ends = array("Q", [0])
        self._last: tuple[int, str] = (-1, "")

    def append(self, text: str) -> None:
        """One more text."""
        self._texts.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._texts.tell())

    def __getitem__(self, index: int) -> str:
        if index < 0 or index + 1 >= len(self._ends):
            raise IndexError(index)
        if self._last[0] != index:
            start, end = self._ends[index], self._ends[index + 1]
            self._texts.seek(start)
            self._last = (index, self._texts.read(end - start).decode("utf-8", "surrogatepass"))
        return self._last[1]

    def close(self) -> None:
        """Give the temporary file back."""
        self._texts.close()


class _Reader(ExcelReader):  # type: ignore[misc]
    """openpyxl's reader with texts on disk."""

    def read_strings(self) -> None:
        self.shared_strings = SharedStrings()
        found = self.package.find(SHARED_STRINGS)
        if found is None:
            return
        with self.archive.open(found.PartName[1:]) as source:
            root: Any = None
            for event, element in iterparse(source, ("start", "end")):
                if root is None:
                    root = element
                if event == "end" and element.tag == f"{NAMESPACE}si":
                    self.shared_strings.append(_text_of(element))
                    root.clear()


def _text_of(element: Any) -> str:
    """The text of a string item: plain, or the runs of a formatted one; pronunciation (rPh) is no part of it."""
    plain = element.findtext(f"{NAMESPACE}t")
    runs = [run.findtext(f"{NAMESPACE}t") or "" for run in element.findall(f"{NAMESPACE}r")]
    return "".join([plain or "", *runs])[: MOST_CELL_CHARACTERS + 1]


@contextmanager
def rows(stream: BinaryIO) -> Iterator[Iterator[tuple[int, tuple[object, ...]]]]:
    """Every row of the first visible sheet with its number. Raises UserError (`damaged`, `bomb`, `not_a_table`)."""
    try:
        _refuse_bombs(stream)
        reader = _Reader(stream, read_only=True, data_only=True, keep_links=False)
        reader.read()
    except _DAMAGE as error:
        raise _damaged() from error
    try:
        yield _rows(reader)
    finally:
        reader.shared_strings.close()
        reader.archive.close()


def _refuse_bombs(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    shrunk = any(
        entry.file_size > RATIO_FROM_BYTES and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if unpacked > UNPACKED_BYTES or shrunk or len(entries) > 2000:
        raise UserError("bomb", _("压缩包内容异常地大，没有读取"))
    if "xl/workbook.xml" not in {entry.filename.lower().lstrip("/") for entry in entries}:
        raise UserError("not_a_table", _("文件不是表格，请上传 .xlsx 或 .csv"))


def _rows(reader: Any) -> Iterator[tuple[int, tuple[object, ...]]]:
    book = reader.wb
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise _damaged()
    last = 0
    try:
        with sheets[0]._get_source() as source:  # noqa: SLF001  the public way fills gaps between rows without end
            parser = WorkSheetParser(
                source,
                reader.shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            for number, cells in parser.parse():
                if not last < number <= MOST_ROWS + 1:
                    raise UserError("too_many_rows", _("表格超过 {most} 行，请拆成几个文件").format(most=MOST_ROWS))
                last = number
                yield number, _values(cells)
    except _DAMAGE as error:
        raise _damaged() from error


def _values(cells: list[dict[str, Any]]) -> tuple[object, ...]:
    values: list[object] = []
    for cell in cells:
        column = cell["column"]
        if column > MOST_COLUMNS:
            if cell["value"] is None:
                continue
            return (*values, *[None] * (MOST_COLUMNS + 1 - len(values)))  # one too many: refused by the caller
        values.extend([None] * (column - 1 - len(values)))
        values.append(cell["value"])
    return tuple(values)


def _damaged() -> UserError:
    return UserError("damaged", _("Excel 文件已损坏，请用 Excel 打开后另存一份再上传"))
