"""Pictures inside the page, and the words on the picture viewer."""

from html import escape

import streamlit as st

from app.locale import _
from app.ui.components import PictureLabels
from app.ui.mounting import data_url


def labels() -> PictureLabels:
    """Its buttons in the language in use."""
    return PictureLabels(zoom_in=_("放大"), zoom_out=_("缩小"), rotate=_("旋转"), fit=_("适合窗口"))


def inline(content: bytes, caption: str, width: int = 360) -> None:
    """A PNG or JPEG in the page itself, not served from an address; `caption` stands under it and for it."""
    text = escape(caption)
    image = f'<img src="{data_url(content)}" alt="{text}" style="width:100%;background:#fff">'
    st.html(
        f'<figure style="margin:0;max-width:{width}px">{image}<figcaption class="cy-plain">{text}</figcaption></figure>'
    )
