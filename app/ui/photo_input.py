"""A portrait taken with the webcam or uploaded, cut to the format of an ID photo and shown before it is kept."""

import streamlit as st

from app.dossiers.photo import id_photo
from app.errors import UserError
from app.locale import _
from app.ui import messages, receiving
from app.ui.identity_view import portrait

FORMATS = ("jpg", "jpeg", "png", "webp")
MEGABYTES = 10
CAMERA_WIDTH = 420


def draw(key: str) -> bytes | None:
    """The photo as it will be kept; None while there is none. It does not work inside `st.form`."""
    ways = {"upload": _("上传"), "camera": _("拍照")}
    way = st.segmented_control(
        _("照片"), list(ways), default="upload", format_func=ways.__getitem__, key=f"{key}/way", required=True
    )
    # The camera is asked for only when it is wanted: its light and the browser's question would startle people.
    if way == "camera":
        given = receiving.camera_field(_("拍照"), key=f"{key}/camera", width=CAMERA_WIDTH)
    else:
        given = receiving.file_field(
            _("上传照片"), FORMATS, key=f"{key}/file", megabytes=MEGABYTES, label_visibility="collapsed"
        )
    if given is None:
        return None
    try:
        picture = id_photo(given.content(), given.name)
    except UserError as error:
        messages.field_error(error.message)
        return None
    portrait(picture)
    return picture
