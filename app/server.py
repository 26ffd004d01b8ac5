"""The ASGI application: Streamlit's pages and the HTTP routes beside them.

It imports no more than a server needs that says whether it is ready; `app.later` tells what comes afterwards.
"""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.web import bootstrap

from app import faults, isolation, later
from app.access import breached
from app.access.rights import Actor
from app.database import database
from app.later import when_asked
from app.locale import use_language
from app.memory import collect_rarely
from app.ui import localise, mounting
from app.ui.cookies import Visits
from app.ui.protection import Protected
from app.ui.safety import logged
from app.ui.uploads import Uploads
from data import by_name, migrate
from data.engine import Database

log = logging.getLogger(__name__)
PING_SECONDS = 30
"""A browser that does not answer for so long is gone: Streamlit's own figure."""


async def health(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(_request: Request) -> Response:
    """The database answers and has the newest schema, and the server does all its work."""
    problem, backed_up = await run_in_threadpool(_readiness)
    body = {"ready": not problem, "problem": problem, "backup_age_seconds": backed_up}
    return JSONResponse(body, status_code=503 if problem else 200)


def _readiness() -> tuple[str, int | None]:
    """What is wrong, empty when nothing is, and the age of the newest verified backup in seconds."""
    try:
        if not migrate.is_current(database().engine):
            return "schema is not current: run python -m app migrate", None
        with database().engine.connect() as connection:
            backed_up = by_name.newest_backup(connection)
        return later.problem(), None if backed_up is None else round((datetime.now(UTC) - backed_up).total_seconds())
    except Exception:  # whatever the driver raises means: not ready
        reference = uuid.uuid4().hex[:8]
        log.exception("readiness check failed, reference %s", reference)
        return f"database does not answer, reference {reference}", None


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
        running.enter_context(later.begun(installation))
        running.enter_context(isolation.workers())
        yield {}
        await run_in_threadpool(running.close)


def _who(request: Request) -> Actor:
    from app.session_routes import who  # noqa: PLC0415  as with the routes below

    return who(request)


ROUTES = [
    Route("/api/health", health),
    Route("/api/ready", ready),
    *localise.routes,
    *mounting.routes,
    Route("/api/session", when_asked("app.session_routes", "enter")),
    Route("/api/session/end", when_asked("app.session_routes", "leave")),
    Route("/api/signature-sheet", when_asked("app.print_routes", "signature_sheet")),
    Route("/api/person-file", when_asked("app.print_routes", "person_file")),
    Route("/api/batch-receipt", when_asked("app.print_routes", "batch_receipt")),
    Route("/api/jobs/{job_id}/result", when_asked("app.ui.downloads", "job_result")),
    Route("/api/people/{dossier_id}/file.json", when_asked("app.ui.downloads", "person")),
    Route("/api/desks/pair", when_asked("app.desks.routes", "pair"), methods=["POST"]),
]
mounting.register_own_only()
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


def listening(options: dict[str, Any]) -> uvicorn.Config:
    """How the application is served: as Streamlit itself does it, but on sockets of uvicorn's own.

    Those that Streamlit 1.67 makes are of a kind for which asyncio leaves Nagle's algorithm on. Then what a run sends after
    its first message waits until the browser acknowledges that one, for 40 ms on Linux and up to 200 on Windows.
    """
    bootstrap.load_config_options(options)
    return uvicorn.Config(
        app,
        host=options["server.address"],
        port=options["server.port"],
        ws="websockets-sansio",
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_max_size=st.get_option("server.maxMessageSize") * 1_000_000,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )
