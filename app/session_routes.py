"""HTTP routes of sessions: a log-in ticket becomes a cookie, and a cookie ends."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access import devices, sessions, single_sign_on
from app.access.browsers import in_words
from app.access.rights import Actor, Role
from app.database import database
from app.settings import settings
from app.ui.cookies import DEVICE, SESSION, Visits
from app.ui.menu import HOME


async def enter(request: Request) -> Response:
    """Turn a log-in ticket into the session cookie and go to the page of the role."""
    entered = await run_in_threadpool(_enter, request)
    if entered is None:
        return RedirectResponse("/login", status_code=303)
    opened, device = entered
    response = RedirectResponse(HOME[opened.role], status_code=303)
    attributes: dict[str, Any] = {"httponly": True, "samesite": "lax", "secure": settings().https, "path": "/"}
    response.set_cookie(SESSION, opened.token, **attributes)
    _forget_provider(request, response)
    response.set_cookie(DEVICE, device, max_age=devices.DAYS * 86400, **attributes)
    return response


def _enter(request: Request) -> tuple[sessions.Opened, str] | None:
    ticket = request.query_params.get("ticket", "")
    visit = request.cookies.get(Visits.name, "")
    with database().write() as db:
        opened = sessions.redeem(db, visit, ticket, in_words(request.headers.get("user-agent", "")))
        if opened is None:
            return None
        # Whoever was logged in here before is not any more: a browser has one session.
        sessions.end(db, sessions.who(db, request.cookies.get(SESSION)).actor.session_id)
        return opened, devices.remember(db, request.cookies.get(DEVICE, ""), opened.subject_id)


def _forget_provider(request: Request, response: Response) -> None:
    """Clear what Streamlit's single sign-on left in the browser: it is exchanged for our session."""
    for name in request.cookies:
        if name.startswith(single_sign_on.COOKIE):
            response.delete_cookie(name, path="/")


async def leave(request: Request) -> Response:
    """Clear the cookie of a session that has ended; one that lives is left alone, so no foreign page can end it."""
    actor = await run_in_threadpool(who, request)
    response = RedirectResponse("/login", status_code=303)
    if actor.role is Role.VISITOR:
        response.delete_cookie(SESSION, path="/")
        _forget_provider(request, response)
    return response


def who(request: Request) -> Actor:
    """Whoever sends the cookie of a session; a visitor without one."""
    with database().read() as db:
        return sessions.who(db, request.cookies.get(SESSION)).actor
