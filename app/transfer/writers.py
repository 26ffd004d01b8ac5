"""Writes exported tables in constant memory: delimited text, and Excel workbooks through XlsxWriter."""

import codecs
import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import xlsxwriter

FORMATS = ("xlsx", "csv")
SHEET_ROWS = 1_048_575
"""Rows of one sheet beside its heading; more go on in another sheet."""


class Writer(Protocol):
    """Takes rows of cells."""

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Write some rows."""


@contextmanager
def writer(kind: str, output: io.RawIOBase, headings: Sequence[str]) -> Iterator[Writer]:
    """A table of this kind with its headings; it is whole once the context is left."""
    if kind == "csv":
        output.write(codecs.BOM_UTF8)  # tells Excel that the text is UTF-8
        found = _Csv(output)
        found.write([headings])
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="congye-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(output, options) as book:
            yield _Xlsx(book, headings)


class _Csv:
    def __init__(self, output: io.RawIOBase) -> None:
        self._output = output

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._output.write(text.getvalue().encode())


class _Xlsx:
    def __init__(self, book: Any, headings: Sequence[str]) -> None:
        self._book, self._headings = book, headings
        self._bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.set_column(0, len(self._headings) - 1, 18)
        self._sheet.freeze_panes(1, 0)
        for index, heading in enumerate(self._headings):
            self._sheet.write_string(0, index, heading, self._bold)
        self._row = 0

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        for row in rows:
            if self._row == SHEET_ROWS:
                self._begin_sheet()
            self._row += 1
            write_string, number = self._sheet.write_string, self._row
            for index, text in enumerate(row):
                if text:
                    write_string(number, index, text)
