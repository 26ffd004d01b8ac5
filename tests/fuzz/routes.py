"""The HTTP routes as a target: bytes as a client sends them become a request, which is answered in this process."""

import asyncio
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Message, Scope

from app import print_routes, server, session_routes
from app.access import accounts, sessions
from app.access.rights import SYSTEM, Role
from app.access.tokens import new_token
from app.audit import trail
from app.desks import routes as desk_routes
from app.dossiers import index
from app.dossiers import service as dossiers
from app.ui import downloads
from app.ui.cookies import SESSION, Visits
from app.ui.protection import Protected
from data import migrate
from data.engine import Database
from data.keys import new_keyring
from data.vault import Vault, _Installed
from tests.people import IDENTITY

HOST = b"files.example"
ASKING = (server, session_routes, print_routes, downloads, desk_routes)
"""Modules that ask for the database of the process."""
TRACE = re.compile(rb'Traceback|File "|Error\b.*line \d')
VALID = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True)
class Service:
    """The routes over a database of their own, and a request of each role as a client sends it."""

    app: Starlette
    database: Database
    vault: Vault
    requests: tuple[bytes, ...]
    folder: tempfile.TemporaryDirectory[str]
    """Holds the database; is removed at the end of the process."""


class BadAnswerError(Exception):
    """An answer that no input may bring about."""


def answer(content: bytes) -> None:
    """Answer one request. Raises BadAnswerError for 5xx and for a trace in the body; whatever else a route raises."""
    service = _service()
    scope, body = parsed(content)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    with ExitStack() as stack:
        stack.enter_context(patch.object(_Installed, "vault", service.vault))
        stack.enter_context(patch.object(_Installed, "file", None))
        for module in ASKING:
            stack.enter_context(patch.object(module, "database", lambda: service.database))
        _loop().run(service.app(scope, receive, send))
    status = next(message["status"] for message in sent if message["type"] == "http.response.start")
    told = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    if status >= 500 or TRACE.search(told):
        raise BadAnswerError(f"{status}: {told[:200]!r}")


def parsed(content: bytes) -> tuple[Scope, bytes]:
    """A request as the server hands it on: it refuses by itself what is no HTTP, so names and lines are put right."""
    head, _blank, body = content.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, _space, target = first.partition(b" ")
    raw_path, _mark, query = target.partition(b" ")[0].partition(b"?")
    raw_path = re.sub(rb"[^!-~]", b"", raw_path) or b"/"
    headers = [(b"host", HOST)]
    for line in lines:
        name, _colon, value = line.partition(b":")
        if VALID.fullmatch(name):
            headers.append((name.lower(), re.sub(rb"[\x00-\x08\x0a-\x1f\x7f]", b"", value).strip()))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": b"".join(VALID.findall(method)).decode() or "GET",
        "scheme": "http",
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": re.sub(rb"[^!-~]", b"", query),
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 50000),
        "server": ("files.example", 80),
        "state": {},
    }, body


def requests() -> tuple[bytes, ...]:
    """Good requests to every route, by a visitor, a practitioner and each role of the staff."""
    return _service().requests


@cache
def _loop() -> asyncio.Runner:
    return asyncio.Runner()


@cache
def _service() -> Service:
    folder = tempfile.TemporaryDirectory(prefix="congye-fuzz-")
    database = Database(f"sqlite:///{Path(folder.name) / 'congye.db'}")
    trail.install()
    index.install()
    middleware = [Middleware(Protected), Middleware(Visits)]
    app = Starlette(routes=server.ROUTES, middleware=middleware, exception_handlers={Exception: server.failed})
    keys = Vault(new_keyring())
    with patch.object(_Installed, "vault", keys), patch.object(_Installed, "file", None):
        migrate.upgrade(database.engine)
        return Service(app, database, keys, tuple(_requests(database)), folder)


def _requests(database: Database) -> Iterator[bytes]:
    """One of each route with the cookie of each role, and the two that carry a body or a ticket."""
    with database.write() as db:
        person = dossiers.open_file(db, SYSTEM, IDENTITY, photo=None, mobile="13800000001", source="card").dossier.id
    cookies = [b"", _cookie(database, Role.PRACTITIONER, person)]
    for role in (Role.CLERK, Role.REVIEWER, Role.ADMINISTRATOR):
        with database.write() as db:
            account = accounts.create(db, SYSTEM, f"one.{role}", "某人", role, "correct horse battery").id
        cookies.append(_cookie(database, role, account))
    for route in server.ROUTES:
        given = {"job_id": uuid.uuid4(), "dossier_id": person, "digest": "0" * 16, "language": "en", "name": "sign"}
        path = route.path.format(**given)
        for cookie in cookies:
            target = f"{path}?file={person}&on=2026-01-01&batch={person}&as=xlsx&ticket=x&back=/identity"
            yield b"GET %s HTTP/1.1\r\nCookie: %s\r\n\r\n" % (target.encode(), cookie)
    yield b'POST /api/desks/pair HTTP/1.1\r\nOrigin: http://%s\r\n\r\n{"code": "ABCDE-FGHJK"}' % HOST


def _cookie(database: Database, role: Role, subject_id: uuid.UUID) -> bytes:
    visit = new_token()
    with database.write() as db:
        opened = sessions.redeem(db, visit, sessions.issue_ticket(db, visit, role, subject_id))
    assert opened
    return f"{Visits.name}={visit}; {SESSION}={opened[0]}".encode()
