"""The captcha's picture, with another one or its sound a click away."""

import hashlib
from collections.abc import Callable
from typing import Literal

import streamlit as st

from app.ui.mounting import data_url, mounter, nothing

_mount = mounter("captcha")


def captcha(
    picture: bytes,
    sound: Callable[[], bytes | None],
    *,
    key: str,
    alt: str,
    label_refresh: str,
    label_listen: str,
) -> Literal["refresh"] | None:
    """Show a captcha (PNG); "refresh" once when another is asked for, or when its sound is and it has ended.

    `sound` makes the WAV and is called once for a picture, when it is asked for; None means that the captcha has ended.
    `alt` says what the picture is for, not what is on it. It does not work inside `st.form`.

    Raises:
        ValueError: the picture is no PNG or JPEG, the sound no WAV.
    """
    shown = hashlib.sha256(picture).hexdigest()
    heard_key = f"{key}_heard"

    def listen() -> None:
        st.session_state[heard_key] = (shown, sound())

    heard, recording = st.session_state.get(heard_key, ("", None))
    asked = _mount(
        key=key,
        data={
            "picture": data_url(picture),
            "sound": data_url(recording) if heard == shown and recording else None,
            "alt": alt,
            "refresh": label_refresh,
            "listen": label_listen,
        },
        on_refresh_change=nothing,
        on_listen_change=listen,
    )
    ended = asked.get("listen") is True and heard == shown and recording is None
    return "refresh" if asked.get("refresh") is True or ended else None
