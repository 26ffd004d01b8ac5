"""Who is here: read from the session cookie once in every run. Every page begins with one of these guards."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address, ip_network
from uuid import UUID

import streamlit as st

from app.access import sessions
from app.access.rights import STAFF, VISITOR, Actor, Role, forbidden
from app.database import database
from app.locale import _
from app.ui.cookies import DEVICE, SESSION, Visits

_known: ContextVar[Actor | None] = ContextVar("known", default=None)


@contextmanager
def known(actor: Actor) -> Iterator[None]:
    """Within, `actor` is who was found to be here in this run."""
    former = _known.set(actor)
    try:
        yield
    finally:
        _known.reset(former)


def current_actor() -> Actor:
    """The person behind this browser's cookie; a visitor without one."""
    return _known.get() or _looked_up()


def _looked_up() -> Actor:
    token = st.context.cookies.get(SESSION)
    if not token:
        return VISITOR
    with database().read() as db:
        presence = sessions.who(db, token)
    if presence.note_seen and presence.actor.session_id:
        with database().write() as db:
            sessions.note_seen(db, presence.actor.session_id)
    return presence.actor


def visit() -> str:
    """The token of this browser's visit; log-ins are tied to it."""
    return st.context.cookies.get(Visits.name, "")


def address() -> str:
    """The client's address as the limiter counts it; a whole IPv6 network of a subscriber is one (`/64`)."""
    given = ip_address(st.context.ip_address or "127.0.0.1")
    return str(ip_network(f"{given}/64", strict=False) if given.version == 6 else given)


def device() -> str:
    """The token of this browser if somebody has logged in with it."""
    return st.context.cookies.get(DEVICE, "")


def subject(actor: Actor) -> UUID:
    """The file or account of somebody who has one. Raises Forbidden."""
    if actor.subject_id is None:
        raise forbidden()
    return actor.subject_id


def practitioner() -> Actor:
    """The practitioner who is logged in, or the log-in page."""
    return _one_of((Role.PRACTITIONER,), "login")


def staff(*roles: Role) -> Actor:
    """The member of staff who is logged in (of `roles`, or any), or the staff's log-in page."""
    return _one_of(roles or STAFF, "staff_login")


def member() -> Actor:
    """Whoever is logged in, or the practitioners' log-in page, from which staff find theirs."""
    return _one_of((Role.PRACTITIONER, *STAFF), "login")


def anybody() -> Actor:
    """Whoever it is."""
    return current_actor()


def _one_of(roles: tuple[Role, ...], log_in: str) -> Actor:
    actor = current_actor()
    if actor.role in roles:
        return actor
    if actor.role is Role.VISITOR:
        st.session_state["notice"] = _("请先登录")
        st.switch_page(f"../pages/{log_in}.py")
    raise forbidden()
