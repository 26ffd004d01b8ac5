"""Uploaded tables may hold anything: they are read, or refused with a message; nothing else ever comes out."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import UserError
from app.transfer import xlsx_table
from app.transfer.matching import find_header
from app.transfer.table_file import open_table
from app.transfer.targets import target
from tests.transfer.conftest import csv_text, workbook

ROWS = [("证件号", "报建编号", "项目名称"), ("1", "2", "3"), ("甲", None, 2.5)]
BOOK = workbook(ROWS)
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def read(content: bytes) -> list[tuple[int, tuple[object, ...]]]:
    with open_table(io.BytesIO(content)) as table:
        return list(table.rows)


def read_or_refuse(content: bytes) -> None:
    try:
        with open_table(io.BytesIO(content)) as table:
            find_header(target("projects"), table.rows)
            for _row in table.rows:
                pass
    except UserError as error:
        assert error.message


def repacked(**parts: bytes) -> bytes:
    """The workbook with some of its parts replaced."""
    changed = io.BytesIO()
    names = {"sheet": SHEET, "strings": STRINGS, "styles": "xl/styles.xml", "book": "xl/workbook.xml"}
    replaced = {names[name]: content for name, content in parts.items()}
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, replaced.get(entry, old.read(entry)))
    return changed.getvalue()


@given(st.binary(max_size=600))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    read_or_refuse(content)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    read_or_refuse(text.encode(encoding, "ignore"))


@given(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_workbook_is_read_or_refused(place: int, damage: bytes) -> None:
    read_or_refuse(BOOK[:place] + damage + BOOK[place + len(damage) :])


@given(st.sampled_from(["sheet", "strings", "styles", "book"]), st.binary(max_size=120))
@settings(max_examples=150, deadline=None)
def test_a_workbook_with_any_part_is_read_or_refused(name: str, part: bytes) -> None:
    read_or_refuse(repacked(**{name: part}))


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12), min_size=2, max_size=6
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=150, deadline=None)
def test_text_comes_out_as_it_went_in(rows: list[list[str]], encoding: str, delimiter: str) -> None:
    plain = [[cell.translate(dict.fromkeys(map(ord, ",;\t\"'"), "x")) for cell in row] for row in rows]
    rows = [["列甲", "列乙"], *plain]
    content = csv_text(rows, delimiter).encode(encoding)
    assert [list(cells) for _number, cells in read(content)] == rows


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
        (b"%PDF-1.7\n\0\0", "not_a_table"),
        (b"\xff\xff\xfe\xfa", "encoding"),
        (b'a,b\n"open', "not_a_table"),
        (b"a,b\n" + b"x" * 40_000, "not_a_table"),
        (("a," * 300).encode(), "too_many_columns"),
        (BOOK[:-40], "damaged"),
        (repacked(sheet=b'<worksheet xmlns="x"><a>'), "damaged"),
    ],
    ids=["empty", "xls", "pdf", "encoding", "quote", "long cell", "columns", "cut off", "xml"],
)
def test_what_is_refused_says_why(content: bytes, code: str) -> None:
    with pytest.raises(UserError) as refused:
        read(content)
    assert refused.value.code == code


SPACES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (f'<worksheet xmlns="{SPACES}"><sheetData><row r="9999999999"/></sheetData></worksheet>', "too_many_rows"),
        (
            f'<worksheet xmlns="{SPACES}"><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
            "too_many_columns",
        ),
        (f'<worksheet xmlns="{SPACES}"><!--{"x" * 3_000_000}--></worksheet>', "bomb"),
        (
            f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet xmlns="{SPACES}"><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>',
            "damaged",
        ),
    ],
    ids=["far row", "far column", "zip bomb", "entities"],
)
def test_a_workbook_made_to_fill_a_memory_is_refused(sheet: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        read(repacked(sheet=sheet.encode()))
    assert refused.value.code == code


def test_what_is_no_workbook_inside_is_no_table() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("a.txt", "b")
    with pytest.raises(UserError) as refused:
        read(archive.getvalue())
    assert refused.value.code == "not_a_table"


def test_shared_texts_are_found_again_by_their_number() -> None:
    texts = xlsx_table.SharedStrings()
    for number in range(100):
        texts.append(f"第{number}个" * number)
    assert [texts[number] for number in (99, 0, 7, 7)] == ["第99个" * 99, "", "第7个" * 7, "第7个" * 7]
    with pytest.raises(IndexError):
        texts[100]
    texts.close()
