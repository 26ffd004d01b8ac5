"""Names for the widgets of what is opened again and again in one session, and empty each time.

Streamlit keeps what it knows of a widget until its session ends, under its name: were there a name for each opening, the
memory of a long session would grow with every one. With one name for all, a form that is opened while the one before it
still leaves the screen could show what was typed there. So a few names take turns.
"""

import streamlit as st

NAMES = 4


def name(opening: str) -> str:
    """What the present opening is called."""
    return f"{opening}-{st.session_state.setdefault(_count(opening), 0) % NAMES}"


def next_name(opening: str) -> str:
    """What the next opening is called; from now on that is the present one."""
    st.session_state[_count(opening)] = st.session_state.get(_count(opening), 0) + 1
    return name(opening)


def _count(opening: str) -> str:
    return f"{opening}/opened"
