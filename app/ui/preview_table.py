"""A part of an uploaded table, each wrong cell marked with what is wrong in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.locale import _

MOST_SHOWN = 200


@dataclass(frozen=True)
class PreviewRow:
    """A row by its number in the file, its cells, and the messages of wrong ones by column from 0."""

    number: int
    cells: Sequence[str]
    problems: Mapping[int, str]


def preview(headings: Sequence[str], rows: Sequence[PreviewRow], label: str) -> None:
    """Draw the rows as they stand in the file. The table scrolls sideways; keyboards reach it."""
    width = max((len(headings), *(len(row.cells) for row in rows)), default=0)
    head = "".join(f'<th scope="col">{escape(_at(headings, column)) or "&nbsp;"}</th>' for column in range(width))
    body = "".join(
        f'<tr><th scope="row">{row.number}</th>{"".join(_cell(row, column) for column in range(width))}</tr>'
        for row in rows
    )
    st.html(
        f'<div class="cy-sheet" role="region" tabindex="0" aria-label="{escape(label)}"><table>'
        f'<thead><tr><th scope="col">{escape(_("行"))}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(row: PreviewRow, column: int) -> str:
    text = escape(_at(row.cells, column)[:MOST_SHOWN])
    problem = row.problems.get(column)
    if problem is None:
        return f"<td>{text}</td>"
    return f'<td class="cy-wrong">{text}<small>{escape(problem)}</small></td>'


def _at(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""
