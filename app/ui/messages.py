"""Messages on the page. They may quote what people typed, so nothing in them is ever taken as markup."""

from html import escape
from typing import Literal

import streamlit as st

Kind = Literal["error", "success", "info", "warning"]
ROLES = {"error": "alert", "warning": "alert", "success": "status", "info": "status"}


def show(kind: Kind, text: str) -> None:
    """A message in a box of its own; lines are kept."""
    st.html(f'<div class="cy-message cy-{kind}" role="{ROLES[kind]}">{escape(text)}</div>')


def field_error(text: str) -> None:
    """What is wrong with the field above."""
    st.html(f'<p class="cy-field-error" role="alert">{escape(text)}</p>')


def plain(text: str) -> None:
    """A paragraph of small text, as it is."""
    st.html(f'<p class="cy-plain">{escape(text)}</p>')


def download(text: str, address: str) -> None:
    """A link to a file of this site."""
    st.html(f'<a class="cy-download" href="{escape(address)}" download>{escape(text)}</a>')


def facts(pairs: list[tuple[str, str]]) -> None:
    """Names and values, side by side; values as they were typed."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value) or '&nbsp;'}</dd></div>" for name, value in pairs)
    st.html(f'<dl class="cy-facts">{rows}</dl>')
