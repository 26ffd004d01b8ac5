"""Somebody who gave the right first factor on a log-in page and has further steps to go there."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import streamlit as st

from app.access import second_factor
from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.ui import enrolment, messages
from app.ui.forms import REQUIRED
from data.models.base import utc_now

MOST_WAIT = timedelta(minutes=10)
"""Whoever does nothing more begins again after this."""


@dataclass(frozen=True)
class Passing:
    """Who it is, kept by the server for the browser's page that showed it; nothing of it comes from there again."""

    actor: Actor
    second_factor_passed: bool = False
    since: datetime = field(default_factory=utc_now)


def begin(key: str, actor: Actor) -> Passing:
    """Keep on the log-in page `key` who gave the right first factor."""
    passing = Passing(actor)
    st.session_state[_name(key)] = passing
    return passing


def current(key: str) -> Passing | None:
    """Who is on the way; None when nobody is, or has waited too long."""
    passing: Passing | None = st.session_state.get(_name(key))
    if passing is not None and utc_now() - passing.since < MOST_WAIT:
        return passing
    forget(key)
    return None


def forget(key: str) -> None:
    """Nobody is on the way any more."""
    st.session_state.pop(_name(key), None)


def ask_code(key: str, passing: Passing, title: str, explained: str) -> None:
    """Ask for a code of the authenticator app. Raises UserError for a wrong one."""
    st.subheader(title, anchor=False)
    messages.plain(explained)
    with st.form(f"{key}/code", border=False):
        code = st.text_input(_("身份验证器的验证码"), key=f"{key}/code/{REQUIRED}", autocomplete="one-time-code")
        sent = st.form_submit_button(_("登录"), type="primary", width="stretch")
    if sent:
        second_factor.check(database(), passing.actor, code)
        _passed(key, passing)


def enrol(key: str, passing: Passing, explained: str) -> None:
    """Let somebody without an authenticator app switch one on; its first code counts as the second factor."""
    messages.show("info", explained)
    if enrolment.draw(passing.actor):
        _passed(key, passing)


def back(key: str) -> None:
    """The button that begins again."""
    if st.button(_("返回登录"), key=f"{key}/back"):
        forget(key)
        st.rerun()


def _passed(key: str, passing: Passing) -> None:
    st.session_state[_name(key)] = replace(passing, second_factor_passed=True)
    st.rerun()


def _name(key: str) -> str:
    return f"{key}/passing"
