"""The ASGI application: Streamlit's pages and, beside them, the HTTP routes that set and clear cookies."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from sqlalchemy.exc import NoResultFound
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app import faults, isolation, receipt_route
from app.access import breached, devices, sessions, single_sign_on
from app.access.browsers import in_words
from app.access.rights import Actor, Role
from app.database import database
from app.desks import routes as desk_routes
from app.dossiers import printing
from app.errors import Forbidden, UserError
from app.jobs.service import background
from app.locale import use_language
from app.memory import collect_rarely
from app.safekeeping import backup
from app.settings import settings
from app.signatures import service as signatures
from app.ui import downloads, localise
from app.ui.components import mounting
from app.ui.cookies import DEVICE, SESSION, Visits
from app.ui.menu import HOME
from app.ui.protection import Protected
from app.ui.safety import logged
from app.ui.uploads import Uploads
from data import migrate
from data.engine import Database

log = logging.getLogger(__name__)


async def health(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """The database answers and has the newest schema."""
    problem, backed_up = await run_in_threadpool(_readiness)
    body = {"ready": not problem, "problem": problem, "backup_age_seconds": backed_up}
    return JSONResponse(body, status_code=503 if problem else 200)


def _readiness() -> tuple[str, int | None]:
    """What is wrong, empty when nothing is, and the age of the newest verified backup in seconds."""
    try:
        if not migrate.is_current(database().engine):
            return "schema is not current: run python -m app migrate", None
        with database().read() as db:
            age = backup.state(db).age
        return "", None if age is None else round(age.total_seconds())
    except Exception:  # whatever the driver raises means: not ready
        reference = uuid.uuid4().hex[:8]
        log.exception("readiness check failed, reference %s", reference)
        return f"database does not answer, reference {reference}", None


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
    actor = await run_in_threadpool(_who, request)
    response = RedirectResponse("/login", status_code=303)
    if actor.role is Role.VISITOR:
        response.delete_cookie(SESSION, path="/")
        _forget_provider(request, response)
    return response


def _who(request: Request) -> Actor:
    with database().read() as db:
        return sessions.who(db, request.cookies.get(SESSION)).actor


async def signature_sheet(request: Request) -> Response:
    """The practitioner's signature sheet; it opens the print dialog by itself."""
    return await run_in_threadpool(_signature_sheet, request)


def _signature_sheet(request: Request) -> Response:
    use_language(localise.language_of(request))
    actor = _who(request)
    try:
        with database().write() as db:
            content = signatures.print_sheet(db, actor, actor.dossier_id)
    except Forbidden:
        return RedirectResponse("/login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    headers = {"Content-Disposition": 'inline; filename="signature-sheet.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def person_file(request: Request) -> Response:
    """A person's file as a PDF for staff: `file` is its id, `on` a day in the past."""
    return await run_in_threadpool(_person_file, request)


def _person_file(request: Request) -> Response:
    use_language(localise.language_of(request))
    actor = _who(request)
    try:
        dossier_id = uuid.UUID(request.query_params.get("file", ""))
        on = request.query_params.get("on")
        with database().write() as db:
            content = printing.printed(db, actor, dossier_id, date.fromisoformat(on) if on else None)
    except Forbidden:
        return RedirectResponse("/staff_login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    except (ValueError, NoResultFound):
        return PlainTextResponse("", status_code=404)
    headers = {"Content-Disposition": 'inline; filename="file.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def failed(request: Request, error: Exception) -> Response:
    """What no route foresaw: told in a sentence, with the trace in the log only."""
    use_language(localise.language_of(request))
    return PlainTextResponse(logged(error, request.url.path), status_code=503 if faults.told(error) else 500)


def opened() -> Database:
    """The database and what else the settings name: looked at before the first request, so that a wrong one is told at once."""
    breached.state()
    return database()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Open what is needed before the first request, and run the background work."""
    collect_rarely()
    installation = await run_in_threadpool(opened)
    with ExitStack() as running:
        await run_in_threadpool(running.enter_context, background(installation))
        running.enter_context(isolation.workers())
        yield {}
        await run_in_threadpool(running.close)


ROUTES = [
    Route("/api/health", health),
    Route("/api/ready", ready),
    Route("/api/session", enter),
    Route("/api/session/end", leave),
    Route("/api/signature-sheet", signature_sheet),
    Route("/api/person-file", person_file),
    *downloads.routes,
    receipt_route.route(_who),
    *localise.routes,
    *mounting.routes,
    *desk_routes.routes,
]
app = st.App(
    str(Path(__file__).parent / "main.py"),
    routes=ROUTES,
    middleware=[
        Middleware(Protected),
        Middleware(Uploads, _who),
        Middleware(Visits),
        Middleware(localise.LocalisedPages),
    ],
    lifespan=lifespan,
    exception_handlers={Exception: failed},
)
