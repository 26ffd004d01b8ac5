"""A file's history as a list: when, who, what, each field before and after."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.dossiers.chronicle import Event, FieldChange
from app.locale import _, told
from app.moments import to_the_minute


def draw(events: Sequence[Event], title: str) -> None:
    """The events in the order given; everything in them is text, whoever typed it."""
    items = "".join(_item(event) for event in events)
    st.html(f'<ol class="cy-history" aria-label="{escape(title)}">{items}</ol>')


def _item(event: Event) -> str:
    at = event.at.astimezone()
    head = (
        f'<time datetime="{at.isoformat(timespec="seconds")}">{to_the_minute(event.at)}</time> '
        f"<strong>{escape(event.who)}</strong> {escape(event.what)}"
    )
    changes = "".join(_change(each) for each in event.changes)
    return f"<li><p>{head}</p>{f'<ul>{changes}</ul>' if changes else ''}</li>"


def _change(change: FieldChange) -> str:
    empty = escape(_("（空）"))
    old = f"<del>{escape(change.old) or empty}</del> → " if change.old else ""
    return f"<li>{escape(told(change.label, ''))}{old}<ins>{escape(change.new) or empty}</ins></li>"
