"""Messages on the page. They may quote what people typed, so nothing in them is ever taken as markup."""

from html import escape
from typing import Literal

import streamlit as st

from app.locale import _

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


def heading(text: str) -> None:
    """The heading of a page that is about somebody, as it is."""
    st.html(f'<h3 class="cy-heading">{escape(text)}</h3>')


def download(text: str, address: str, *, quiet: bool = False) -> None:
    """A link to a file of this site; a quiet one is not what the page is for."""
    style = "cy-download cy-quiet" if quiet else "cy-download"
    st.html(f'<a class="{style}" href="{escape(address)}" download>{escape(text)}</a>')


def changes(rows: list[tuple[str, str, str]]) -> None:
    """Old and new values field by field; the new one stands out, also for those who see no colours."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in (_("项目"), _("原来"), _("现在")))
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td><del>{escape(old) or '—'}</del></td>"
        f"<td><ins>{escape(new) or '—'}</ins></td></tr>"
        for name, old, new in rows
    )
    st.html(f'<table class="cy-changes"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def figures(pairs: list[tuple[str, str]]) -> None:
    """Counts in big figures, each with its name."""
    cells = "".join(f"<div><dd>{escape(value)}</dd><dt>{escape(name)}</dt></div>" for name, value in pairs)
    st.html(f'<dl class="cy-figures">{cells}</dl>')


def facts(pairs: list[tuple[str, str]]) -> None:
    """Names and values, side by side; values as they were typed."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value) or '&nbsp;'}</dd></div>" for name, value in pairs)
    st.html(f'<dl class="cy-facts">{rows}</dl>')
