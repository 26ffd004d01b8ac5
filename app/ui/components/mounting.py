"""Registering components and sending them pictures and sound."""

import base64
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_ASSETS = Path(__file__).parent / "assets"
_MEDIA_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "audio/wav"))


def mounter(name: str) -> ComponentRenderer:
    """Register `assets/<name>.js` with `assets/<name>.css` and return the function that mounts it.

    Called once per component, when its module is imported. Streamlit keeps definitions per process, not per session or
    run, and registers one again by itself when the module was imported before the server's runtime existed.
    """
    style = "\n".join(_read(file) for file in ("base.css", f"{name}.css") if (_ASSETS / file).exists())
    return st.components.v2.component(
        f"congye_{name}", html='<div class="root"></div>', css=style, js=_read(f"{name}.js")
    )


def data_url(content: bytes) -> str:
    """PNG, JPEG or WAV bytes as a data URL.

    Not served from an address: Streamlit's media files are given to whoever has their address.

    Raises:
        ValueError: the bytes are of no such type.
    """
    for magic, media_type in _MEDIA_TYPES:
        if content.startswith(magic):
            return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    raise ValueError("neither PNG nor JPEG nor WAV")


def nothing() -> None:
    """Stands as callback: Streamlit reports only those triggers that have one."""


def _read(file: str) -> str:
    return (_ASSETS / file).read_text(encoding="utf-8")
