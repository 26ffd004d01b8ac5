"""The HTTP routes beside the pages: a ticket becomes a cookie, a cookie ends, and the server tells how it is."""

import hashlib
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app import print_routes, server, session_routes
from app.access import sessions
from app.access.rights import Role
from app.dossiers import service as dossiers
from app.settings import settings
from app.ui.cookies import DEVICE, SESSION, Visits
from data.engine import Database
from data.models import Dossier, UserSession
from tests.people import ADMINISTRATOR

VISIT = "visit-of-this-browser"


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    for module in (server, session_routes, print_routes):
        monkeypatch.setattr(module, "database", lambda: database)
    routes = [
        Route("/api/health", server.health),
        Route("/api/ready", server.ready),
        Route("/api/session", session_routes.enter),
        Route("/api/session/end", session_routes.leave),
        Route("/api/signature-sheet", print_routes.signature_sheet),
    ]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(Visits)]), follow_redirects=False) as client:
        client.cookies.set(Visits.name, VISIT)
        yield client


def ticket(database: Database, dossier: Dossier, visit: str = VISIT) -> str:
    with database.write() as db:
        return sessions.issue_ticket(db, visit, Role.PRACTITIONER, dossier.id)


def test_a_ticket_becomes_a_cookie_that_no_script_and_no_other_site_gets(
    client: TestClient, database: Database, dossier: Dossier
) -> None:
    answer = client.get(f"/api/session?ticket={ticket(database, dossier)}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/identity")
    given = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in given} == {SESSION, DEVICE}
    for cookie in given:
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert "secure" not in flags


def test_a_log_in_keeps_its_browser_in_words(client: TestClient, database: Database, dossier: Dossier) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client.get(f"/api/session?ticket={ticket(database, dossier)}", headers={"User-Agent": firefox})
    with database.read() as db:
        assert db.scalars(select(UserSession.browser)).one() == "Firefox · Linux"


def test_behind_https_every_cookie_is_marked_secure(
    client: TestClient, database: Database, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "https", True)
    given = client.get(f"/api/session?ticket={ticket(database, dossier)}").headers.get_list("set-cookie")
    assert all("; secure" in cookie.lower() for cookie in given)
    assert len(given) == 2
    assert "; Secure" in Visits(server.app)._new_cookie()


def test_the_database_holds_only_the_hash_of_a_sessions_token(
    client: TestClient, database: Database, dossier: Dossier
) -> None:
    client.get(f"/api/session?ticket={ticket(database, dossier)}")
    token = client.cookies[SESSION]
    with database.read() as db:
        (row,) = db.scalars(select(UserSession))
        assert row.token_hash == hashlib.sha256(token.encode()).digest()
        assert all(token not in str(getattr(row, column.key)) for column in UserSession.__table__.columns)


def test_a_ticket_serves_once_and_its_own_visit_only(client: TestClient, database: Database, dossier: Dossier) -> None:
    used = ticket(database, dossier)
    client.get(f"/api/session?ticket={used}")
    for refused in (used, ticket(database, dossier, "another browser"), "", "x" * 4000):
        answer = client.get("/api/session", params={"ticket": refused})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert "set-cookie" not in answer.headers


def test_no_foreign_page_can_end_a_session_and_an_ended_one_leaves_no_cookie(
    client: TestClient, database: Database, dossier: Dossier
) -> None:
    client.get(f"/api/session?ticket={ticket(database, dossier)}")
    assert "set-cookie" not in client.get("/api/session/end").headers
    with database.write() as db:
        sessions.end_all(db, dossier.id)
    assert f'{SESSION}=""' in client.get("/api/session/end").headers["set-cookie"]


def test_what_the_window_does_ends_a_practitioners_session(
    client: TestClient, database: Database, dossier: Dossier
) -> None:
    client.get(f"/api/session?ticket={ticket(database, dossier)}")
    assert client.get("/api/signature-sheet").headers["content-type"] == "application/pdf"
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    answer = client.get("/api/signature-sheet")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_sheet_is_for_practitioners_only(client: TestClient) -> None:
    answer = client.get("/api/signature-sheet")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    client.cookies.set(SESSION, "made up")
    assert client.get("/api/signature-sheet").headers["location"] == "/login"


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (OperationalError("INSERT", {}, psycopg.errors.DiskFull("inner words")), 503, "磁盘已满"),
        (KeyError("inner words"), 500, "编号"),
    ],
)
def test_a_route_that_fails_answers_in_a_sentence(error: Exception, status: int, told: str) -> None:
    def fails(_request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/api/x", fails)], exception_handlers={Exception: server.failed})
    answer = TestClient(app, raise_server_exceptions=False).get("/api/x")
    assert answer.status_code == status
    assert told in answer.text
    assert "inner words" not in answer.text


def test_health_and_readiness(client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/api/health").text == "ok"
    assert client.get("/api/ready").json()["ready"] is True
    monkeypatch.setattr("app.server.migrate.is_current", lambda _engine: False)
    answer = client.get("/api/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "python -m app migrate" in answer.json()["problem"]


def test_a_file_that_the_settings_name_and_that_is_not_there_is_told_at_the_start(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    configure: Callable[[str, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(server, "database", lambda: database)
    configure("breached_passwords", "/nowhere/hashes.txt")
    assert server.opened() is database
    assert "the file of breached passwords is of no use" in caplog.text
