"""The workbook to fill in: a sheet with the columns, their choices in lists, and a sheet of explanations."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from app.locale import _, either, listed
from app.transfer.targets import TableColumn, Target
from app.validation import shown
from data.codes import code_table

LIST_ROWS = 5000
"""Rows of the template in which cells offer their choices."""
WIDE, NARROW = 24, 14


def template(target: Target, rows: Iterable[Mapping[str, object]] = ()) -> bytes:
    """An Excel workbook for the target, with some rows filled in where given (values by column)."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("数据"))
        explained = book.add_worksheet(_("填写说明"))
        codes = book.add_worksheet(_("选项"))
        places = _write_codes(codes, target)
        _write_headings(book, sheet, target, places)
        _write_explanations(book, explained, target)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows, 1):
            for index, column in enumerate(target.columns):
                value = row.get(column.key)
                if isinstance(value, date):
                    sheet.write_datetime(number, index, value, day)
                else:
                    sheet.write_string(number, index, _written(column, value))
    return content.getvalue()


def _written(column: TableColumn, value: object) -> str:
    """A value as one writes it in a cell: what is no code stays as it is."""
    is_code = column.field.kind == "choice" and code_table(column.field.codes).get(str(value)) is not None
    return shown(column.field, value) if is_code or value is None else str(value)


def _write_codes(sheet: Any, target: Target) -> dict[str, str]:
    """Write every code table that the target uses; returns the range of each, for the lists of the cells."""
    names = dict.fromkeys(column.field.codes for column in target.columns if column.field.kind == "choice")
    places = {}
    for index, name in enumerate(names):
        labels = [either(code.zh, code.en) for code in code_table(name).codes]
        sheet.write_column(0, index, labels)
        letter = xlsxwriter.utility.xl_col_to_name(index, col_abs=True)
        places[name] = f"='{sheet.get_name()}'!{letter}$1:{letter}${len(labels)}"
    return places


def _write_headings(book: Any, sheet: Any, target: Target, places: Mapping[str, str]) -> None:
    needed = book.add_format({"bold": True, "font_color": "#B42318", "bg_color": "#E8EEF4", "border": 1})
    other = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    for index, column in enumerate(target.columns):
        wide = column.field.kind == "text" and column.field.max_length >= 60
        sheet.set_column(index, index, WIDE if wide else NARROW, day if column.field.kind == "day" else text)
        sheet.write_string(
            0, index, f"{column.heading}{'*' if column.required else ''}", needed if column.required else other
        )
        if column.field.kind == "choice":
            rule = {"validate": "list", "source": places[column.field.codes], "ignore_blank": True}
            sheet.data_validation(1, index, LIST_ROWS, index, rule)
    sheet.freeze_panes(1, 0)


def _write_explanations(book: Any, sheet: Any, target: Target) -> None:
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, NARROW * 2)
    sheet.set_column(1, 1, NARROW)
    sheet.set_column(2, 2, WIDE * 3)
    sheet.write_row(0, 0, [_("列"), _("必填"), _("怎样填写")], bold)
    for number, column in enumerate(target.columns, 1):
        row = (column.heading, _("是") if column.required else _("否"), how_to_fill(column))
        sheet.write_row(number, 0, row, wrapped)
    for number, note in enumerate(_notes(target), len(target.columns) + 2):
        sheet.write_string(number, 0, note)


def how_to_fill(column: TableColumn) -> str:
    """What may stand in a column, in a sentence."""
    field = column.field
    match field.kind:
        case "choice":
            table = code_table(field.codes)
            some = listed(either(code.zh, code.en) for code in table.codes[:8])
            more = _("（见「选项」表，共 {count} 项）").format(count=len(table.codes)) if len(table.codes) > 8 else ""
            return _("从列表选择：{some}{more}").format(some=some, more=more)
        case "day":
            written = _("日期，如 2014-03-25")
            if field.past:
                written += _("，不晚于今天")
            if field.open_end:
                written += _("；没有结束就写「{open_end}」").format(open_end=either(*field.open_end))
            return written
        case "text":
            return _("文字，最多 {most} 个字").format(most=field.max_length)


def _notes(target: Target) -> Sequence[str]:
    notes = [
        _("第一个工作表的第一行是列名，可以调换顺序、删去不需要的列；带 * 的列必须保留并填写。"),
        _("证件号码等长数字请保持文本格式，否则 Excel 会丢失末尾几位。"),
        _("更新已有信息时，空着的单元格不会清除原有内容。"),
    ]
    if target.category is not None:
        labels = listed(target.column(key).heading for key in target.category.known_by)
        notes.append(_("同一人的{labels}都相同，就认作同一条。").format(labels=labels))
    return notes
