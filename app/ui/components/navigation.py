"""Leaving the page: at once, when the browser is ready for it, or into a new tab."""

import re
from hashlib import sha256

import streamlit as st

from app.ui.mounting import mounter, nothing

_mount = mounter("go_to")
_mount_arrival = mounter("arrival")

# One "/" and no second one, and no character that browsers drop ("/\t/host") or read as "/" ("/\host").
_OWN_ADDRESS = re.compile(r"/(?!/)[!-\[\]-~]*")


def go_to(url: str) -> None:
    """Send the browser to an address of this site, in this tab. Nothing should be drawn after it.

    Raises:
        ValueError: `url` is not a path that begins with a single "/".
    """
    # Each address is an element of its own. A ticket may hold "__", which Streamlit refuses in a key.
    _mount(data={"url": _own(url)}, key=f"go_to-{sha256(url.encode()).hexdigest()[:16]}", height="content")


def arrived() -> bool:
    """Ask the browser for a sign that it shows this run of the page; True in the run that the sign starts.

    All that it had sent before, such as the timers of fragments that are no longer there, has been answered then.
    """
    return _mount_arrival(key="arrival", height="content", on_arrived_change=nothing).get("arrived") is True


def pdf_link(url: str, label: str, *, key: str) -> None:
    """A link, looking like a button, that opens an address of this site in a new tab.

    Raises:
        ValueError: `url` is not a path that begins with a single "/".
    """
    st.link_button(label, _own(url), key=key)


def _own(url: str) -> str:
    if _OWN_ADDRESS.fullmatch(url) is None:
        raise ValueError("not an address of this site")
    return url
