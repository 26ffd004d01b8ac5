"""A list of records with buttons in every row; a list of cards where it is narrow."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from app.ui.mounting import mounter, nothing

_mount = mounter("record_table")


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and what it holds (a date is never broken over two lines)."""

    label: str
    weight: float = 1.0
    kind: Literal["text", "date", "number"] = "text"


@dataclass(frozen=True)
class Action:
    """A button of every row; `danger` marks what takes something away."""

    key: str
    label: str
    danger: bool = False


@dataclass(frozen=True)
class Row:
    """A record: its id, one text per column, and the keys of its actions (None: all of them)."""

    id: str
    cells: Sequence[str]
    actions: Sequence[str] | None = None


@dataclass(frozen=True)
class Clicked:
    """The button that was clicked."""

    action: str
    row: str


def record_table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    actions: Sequence[Action],
    key: str,
    label: str,
    empty: str,
    actions_label: str = "",
    number_label: str = "",
) -> Clicked | None:
    """Show `rows` and return the button clicked, once per click, only for a row and an action that are shown.

    `label` names the table to screen readers, `empty` stands in a table without rows, `actions_label` heads the column
    of buttons, and `number_label`, where given, a first column of row numbers. It does not work inside `st.form`.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """
    if any(len(row.cells) != len(columns) for row in rows):
        raise ValueError("a row needs one cell per column")
    offered = {row.id: _offered(row, actions) for row in rows}
    clicked = _mount(
        key=key,
        data={
            "label": label,
            "empty": empty,
            "numberLabel": number_label,
            "actionsLabel": actions_label,
            "columns": [asdict(column) for column in columns],
            "actions": [asdict(action) for action in actions],
            "rows": [{"id": row.id, "cells": list(row.cells), "actions": offered[row.id]} for row in rows],
        },
        on_clicked_change=nothing,
    ).get("clicked")
    return _as_clicked(clicked, offered)


def _offered(row: Row, actions: Sequence[Action]) -> list[str]:
    return [action.key for action in actions if row.actions is None or action.key in row.actions]


def _as_clicked(sent: object, offered: dict[str, list[str]]) -> Clicked | None:
    """What the browser sent, if it is a button that this table has: anyone can send anything."""
    if not isinstance(sent, dict):
        return None
    action, row = sent.get("action"), sent.get("row")
    if not isinstance(action, str) or not isinstance(row, str) or action not in offered.get(row, []):
        return None
    return Clicked(action, row)
