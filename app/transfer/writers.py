"""Writes exported tables in constant memory: delimited text, and Excel workbooks through XlsxWriter."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TextIO

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
        # The mark tells Excel that the text is UTF-8.
        text = io.TextIOWrapper(output, "utf-8-sig", newline="")  # type: ignore[type-var]
        found = _Csv(text)
        found.write([headings])
        yield found
        text.flush()
        text.detach()
        return
    with tempfile.TemporaryDirectory(prefix="congye-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(output, options) as book:
            yield _Xlsx(book, headings)


class _Csv:
    def __init__(self, text: TextIO) -> None:
        self._writer = csv.writer(text)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        self._writer.writerows(rows)


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
