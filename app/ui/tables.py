"""A list of records out of a category's declared columns."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from app.locale import _, either
from app.records.standing import Standing, told
from app.ui.components import Action, Clicked, Row, record_table
from app.ui.components import Column as ShownColumn
from app.validation import shown
from data.models import Record
from data.models.declaration import Category, Column


def records(
    category: Category,
    rows: Sequence[Record],
    *,
    attached: frozenset[uuid.UUID],
    standings: Mapping[uuid.UUID, Standing] | None = None,
    editable: bool,
    correctable: bool = False,
) -> Clicked | None:
    """The list of a category; returns the click on a row's button: submit, edit, delete, correct, attach or view."""
    columns = [
        ShownColumn(either(column.zh, column.en), column.weight, _kind(category, column)) for column in category.columns
    ]
    if standings is not None:
        columns.append(ShownColumn(_("审核状态"), 2))
    shown_rows = [
        Row(
            str(record.id),
            [
                *(_cell(category, column, record) for column in category.columns),
                *([told(standings[record.id])] if standings is not None else []),
            ],
            _row_actions(
                category,
                has_attachment=record.id in attached,
                editable=editable,
                correctable=correctable,
                can_be_submitted=standings is not None and standings[record.id].can_be_submitted,
            ),
        )
        for record in rows
    ]
    name = name_of(category)
    return record_table(
        columns,
        shown_rows,
        actions=_actions(category, editable=editable, correctable=correctable),
        key=f"table-{category.key}",
        label=name,
        empty=_empty(category, editable=editable).format(name=name),
        number_label=_("序号"),
        actions_label=_("操作"),
    )


def _empty(category: Category, *, editable: bool) -> str:
    """What stands in a list without rows: to whoever may add one, to others, and of what nobody types in."""
    if not category.editable:
        return _("暂无{name}，由管理部门导入后在此显示")
    return _("暂无{name}，请点击「新增」添加") if editable else _("暂无{name}")


def name_of(category: Category) -> str:
    """The category's title in the language in use."""
    return either(category.zh, category.en)


def _actions(category: Category, *, editable: bool, correctable: bool) -> list[Action]:
    actions = []
    if editable:
        actions = [Action("submit", _("提交审核")), Action("edit", _("编辑")), Action("delete", _("删除"), danger=True)]
    if correctable:
        actions.append(Action("correct", _("更正")))
    if category.attachment:
        actions += [Action("attach", _("上传附件")), Action("view", _("查看附件"))]
    return actions


def _row_actions(
    category: Category, *, has_attachment: bool, editable: bool, correctable: bool, can_be_submitted: bool
) -> list[str]:
    keys = ["edit", "delete"] if editable else []
    if correctable:
        keys.append("correct")
    if editable and can_be_submitted:
        keys.append("submit")
    if category.attachment and has_attachment:
        keys.append("view")
    elif category.attachment and editable:
        keys.append("attach")
    return keys


def _kind(category: Category, column: Column) -> Literal["date", "text"]:
    return "date" if category.field(column.keys[0]).kind == "day" else "text"


def _cell(category: Category, column: Column, record: Record) -> str:
    parts = []
    for key in column.keys:
        value = getattr(record, key)
        if column.months and isinstance(value, date):
            parts.append(_("{year}年{month:02}月").format(year=value.year, month=value.month))
        else:
            parts.append(shown(category.field(key), value))
    return " – ".join(parts)
