"""Figures and bars that are links: a click, or Enter, opens the list behind the figure.

Plain links, not a chart's selection: the keyboard reaches them, screen readers read name and figure, a new tab takes
them, and a thin bar is as easy to hit as a long one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True)
class Figure:
    """A count, what is counted, and the address of the list behind it ("" for none)."""

    name: str
    count: int
    address: str = ""
    note: str = ""
    """Stands behind the count."""


def tiles(figures: Sequence[Figure], label: str) -> None:
    """Big figures side by side, as many a line as there is room for."""
    st.html(_list("cy-tiles", label, (f"<strong>{each.count:,}</strong>{_name(each)}" for each in figures), figures))


def bars(figures: Sequence[Figure], label: str) -> None:
    """One line a figure: its name, its bar, its count."""
    most = max((each.count for each in figures), default=0) or 1
    lines = (
        f'{_name(each)}<span class="cy-bar"><i style="width: {100 * each.count / most:.1f}%"></i></span>'
        f"<strong>{each.count:,}{f' <small>{escape(each.note)}</small>' if each.note else ''}</strong>"
        for each in figures
    )
    st.html(_list("cy-bars", label, lines, figures))


def _name(figure: Figure) -> str:
    return f"<span>{escape(figure.name)}</span>"


def _list(style: str, label: str, insides: Iterable[str], figures: Sequence[Figure]) -> str:
    items = "".join(
        f'<li><a href="{escape(each.address)}">{inside}</a></li>' if each.address else f"<li><div>{inside}</div></li>"
        for inside, each in zip(insides, figures, strict=True)
    )
    return f'<ul class="{style}" aria-label="{escape(label)}">{items}</ul>'
