"""What Streamlit has no widget for: a table with buttons, a countdown, a captcha, a viewer, a way to leave the page.

Each is a `st.components.v2` component: typed Python here, script and style in `assets/`. Every text comes from the
caller and is set as text, never as markup.
"""

from app.ui.components.captcha import captcha
from app.ui.components.countdown import countdown
from app.ui.components.desk_reader import desk_reader
from app.ui.components.frame_placer import frame_placer
from app.ui.components.navigation import arrived, go_to, pdf_link
from app.ui.components.picture import PictureLabels, picture
from app.ui.components.record_table import Action, Clicked, Column, Row, record_table
from app.ui.components.review_bar import Decided, ReviewLabels, review_bar
from app.ui.components.sign import SignKind, sign
from app.ui.components.signature_pad import signature_pad

__all__ = [
    "Action",
    "Clicked",
    "Column",
    "Decided",
    "PictureLabels",
    "ReviewLabels",
    "Row",
    "SignKind",
    "arrived",
    "captcha",
    "countdown",
    "desk_reader",
    "frame_placer",
    "go_to",
    "pdf_link",
    "picture",
    "record_table",
    "review_bar",
    "sign",
    "signature_pad",
]
