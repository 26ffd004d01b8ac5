"""The captcha on a page: its picture, its sound, and the field for the answer."""

import uuid

import streamlit as st

from app.access import captchas
from app.database import database
from app.locale import _
from app.ui import guard
from app.ui.components import captcha
from app.ui.forms import REQUIRED


def draw(key: str) -> None:
    """The field with the picture; a solved captcha shows that it is passed and is not asked again."""
    challenge = st.session_state.get(_name(key))
    if challenge is None:
        challenge = renew(key)
    if _is_passed(challenge):
        st.success(_("验证码已通过"), icon=":material/check_circle:")
        return
    st.text_input(_("验证码"), key=_answer(key, challenge), autocomplete="off", help=_("验证码不区分大小写"))
    asked = captcha(
        challenge.picture,
        lambda: _sound(challenge.id),
        key=f"{key}-captcha",
        alt=_("验证码图片"),
        label_refresh=_("看不清，换一张"),
        label_listen=_("听验证码"),
    )
    if asked == "refresh":
        renew(key)
        st.rerun(scope="fragment")


def renew(key: str) -> captchas.Challenge:
    """Another captcha, with an empty field."""
    with database().write() as db:
        challenge = captchas.new(db, guard.visit())
    st.session_state[_name(key)] = challenge
    return challenge


def renew_unless_passed(key: str) -> None:
    """Show another captcha after an error, unless the one shown was solved."""
    challenge = st.session_state.get(_name(key))
    if challenge is None or not _is_passed(challenge):
        renew(key)


def current(key: str) -> tuple[uuid.UUID | None, str]:
    """The id of the captcha shown and the answer typed."""
    challenge = st.session_state.get(_name(key))
    if challenge is None:
        return None, ""
    return challenge.id, str(st.session_state.get(_answer(key, challenge)) or "")


def _name(key: str) -> str:
    return f"{key}/challenge"


def _answer(key: str, challenge: captchas.Challenge) -> str:
    # Another captcha has another field, so that the old answer does not stay in it.
    return f"{key}/answer/{challenge.id}/{REQUIRED}"


def _is_passed(challenge: captchas.Challenge) -> bool:
    with database().read() as db:
        return captchas.is_passed(db, guard.visit(), challenge.id)


def _sound(captcha_id: uuid.UUID) -> bytes | None:
    with database().read() as db:
        return captchas.spoken(db, guard.visit(), captcha_id)
