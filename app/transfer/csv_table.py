"""Delimited text: encoding (UTF-8, UTF-16 with a mark, GB18030) and delimiter (comma, semicolon, tab) are found out."""

import codecs
import csv
import io
from collections.abc import Generator
from typing import BinaryIO, TextIO

from app.errors import UserError
from app.locale import _
from app.transfer.limits import MOST_CELL_CHARACTERS

DELIMITERS = ",;\t"
BLOCK_BYTES = 256 * 1024
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

csv.field_size_limit(MOST_CELL_CHARACTERS)


def rows(stream: BinaryIO) -> Generator[tuple[int, tuple[object, ...]]]:
    """Every row with its number, from 1. Raises UserError (`encoding`, `not_a_table`)."""
    encoding = find_encoding(stream)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=_find_delimiter(text), strict=True)
        for number, cells in enumerate(reader, 1):
            yield number, tuple(cells)
    except csv.Error as error:
        message = _("第 {line} 行不是表格内容（引号没有配对，或单元格过长）")
        raise UserError("not_a_table", message.format(line=reader.line_num)) from error
    finally:
        text.detach()


def find_encoding(stream: BinaryIO) -> str:
    """The encoding that the whole text is valid in. Raises UserError (`encoding`, `not_a_table`)."""
    stream.seek(0)
    beginning = stream.read(4)
    for mark, encoding in MARKS.items():
        if beginning.startswith(mark):
            if not _is_valid(stream, encoding):
                raise _unreadable()
            return encoding
    stream.seek(0)
    while block := stream.read(BLOCK_BYTES):
        if b"\0" in block:
            raise UserError("not_a_table", _("文件不是表格，请上传 .xlsx 或 .csv"))
    for encoding in ("utf-8", "gb18030"):
        if _is_valid(stream, encoding):
            return encoding
    raise _unreadable()


def _unreadable() -> UserError:
    return UserError("encoding", _("文字编码无法识别，请另存为 UTF-8 编码的 CSV 或 .xlsx"))


def _is_valid(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := stream.read(BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _find_delimiter(text: TextIO) -> str:
    """The delimiter that cuts the first line with any into the most cells."""
    chosen = ","
    for _line in range(10):
        line = text.readline(MOST_CELL_CHARACTERS)
        counts = {delimiter: _cells(line, delimiter) for delimiter in DELIMITERS}
        if max(counts.values()) > 1:
            chosen = max(counts, key=lambda delimiter: counts[delimiter])
            break
    text.seek(0)
    return chosen


def _cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0
