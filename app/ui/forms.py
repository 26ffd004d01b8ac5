"""A form out of declared fields. What was typed lives in the session under the form's key until `forget`."""

from collections.abc import Iterable, Mapping
from datetime import date

import streamlit as st

from app.locale import _, current_language, either
from app.ui.messages import field_error
from app.validation import label
from data.codes import code_table
from data.models.declaration import Field

REQUIRED = "required"
"""Ends the key of every widget that must be filled in."""
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def draw(fields: Iterable[Field], key: str, errors: Mapping[str, str]) -> None:
    """Draw the widgets, two in a line; wide fields and periods take a line of their own."""
    fields = tuple(fields)
    ends = {field.starts: field for field in fields if field.starts}
    line: list[Field] = []
    for field in fields:
        if field.starts:
            continue
        if field.wide or field.key in ends:
            _line(line, key, errors)
            line = []
            if field.key in ends:
                _period(field, ends[field.key], key, errors)
            else:
                # A place of its own, so that what is wrong with it moves nothing that follows.
                with st.container():
                    _one(field, key, errors)
            continue
        line.append(field)
        if len(line) == 2:
            _line(line, key, errors)
            line = []
    _line(line, key, errors)


def fill(fields: Iterable[Field], key: str, values: Mapping[str, object]) -> None:
    """Put stored values into the widgets before they are drawn for the first time."""
    for field in fields:
        value = values.get(field.key)
        st.session_state[_name(key, field)] = value if value != "" else _empty(field)
        if field.open_end:
            st.session_state[_open(key, field)] = value is None and bool(values)


def typed(fields: Iterable[Field], key: str) -> dict[str, object]:
    """What stands in the widgets now. An open end is None, an empty day with an end that may be open is ``""``."""
    values: dict[str, object] = {}
    for field in fields:
        value = st.session_state.get(_name(key, field))
        if field.open_end:
            value = None if st.session_state.get(_open(key, field)) else (value or "")
        values[field.key] = value
    return values


def forget(key: str) -> None:
    """Forget what was typed into the form."""
    for name in [name for name in st.session_state if str(name).startswith(f"{key}/")]:
        del st.session_state[name]


def _name(key: str, field: Field) -> str:
    # Streamlit makes a CSS class of a widget's key: the style sheet puts the red mark behind what is required.
    return f"{key}/{field.key}/{REQUIRED}" if field.required or field.open_end else f"{key}/{field.key}"


def _open(key: str, field: Field) -> str:
    return f"{key}/{field.key}/open"


def _empty(field: Field) -> object:
    return "" if field.kind == "text" else None


def _line(line: list[Field], key: str, errors: Mapping[str, str]) -> None:
    if not line:
        return
    for cell, field in zip(st.columns(2), line, strict=False):
        with cell:
            _one(field, key, errors)


def _period(start: Field, end: Field, key: str, errors: Mapping[str, str]) -> None:
    cells = st.columns([2, 2, 1] if end.open_end else 2)
    with cells[0]:
        _one(start, key, errors)
    with cells[1]:
        _one(end, key, errors)
    if end.open_end:
        with cells[2]:
            st.checkbox(either(*end.open_end), key=_open(key, end))


def _one(field: Field, key: str, errors: Mapping[str, str]) -> None:
    name = _name(key, field)
    title = label(field)
    match field.kind:
        case "text":
            st.text_input(title, key=name, autocomplete="off")
        case "choice":
            table = code_table(field.codes)
            language = current_language()
            st.selectbox(
                title,
                [code.value for code in table.codes],
                index=None,
                format_func=lambda value: table.label(value, language),
                placeholder=_("请选择"),
                key=name,
            )
        case "day":
            # Without a value in the session the widget starts empty, never with today.
            st.session_state.setdefault(name, None)
            st.date_input(title, key=name, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD")
    if message := errors.get(field.key):
        field_error(message)
