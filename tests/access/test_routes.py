"""Every HTTP route × every role: what is anybody's, what is one's own, and that no route is forgotten here."""

import uuid
from collections.abc import Iterator
from io import BytesIO

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import print_routes, server, session_routes
from app.access import accounts
from app.access.rights import SYSTEM, Role
from app.jobs import files
from app.signatures import service as signatures
from app.ui import downloads, localise, mounting
from app.ui.cookies import SESSION
from data.engine import Database
from data.models import Dossier, Job
from tests.access.test_sessions import log_in

ROLES: list[Role] = [role for role in Role if role is not Role.SYSTEM]
EVERYBODY: dict[Role, int] = dict.fromkeys(ROLES, 200)
TO_LOG_IN: dict[Role, int] = dict.fromkeys(ROLES, 303)
NOT_THEIRS: dict[Role, int] = dict.fromkeys(ROLES, 404) | {Role.VISITOR: 303}

PAIRING = "/api/desks/pair"
"""The one address that is written to: an agent at a desk, which has no session, gives it a code that is its right."""

COMPONENT = "/api/ui/component/{name}.{digest}.js"

# Without a ticket or a batch of one's own the way leads to the log-in; a job that is nobody's is as
# good as none.
EXPECTED: dict[str, dict[Role, int]] = {
    "/api/health": EVERYBODY,
    "/api/ready": EVERYBODY,
    "/api/session": TO_LOG_IN,
    "/api/session/end": TO_LOG_IN,
    "/api/signature-sheet": TO_LOG_IN | {Role.PRACTITIONER: 200},
    "/api/jobs/{job_id}/result": NOT_THEIRS,
    "/api/people/{dossier_id}/file.json": dict.fromkeys(ROLES, 404) | {Role.ADMINISTRATOR: 200},
    "/api/person-file": EVERYBODY | {Role.VISITOR: 303, Role.PRACTITIONER: 303},
    "/api/batch-receipt": TO_LOG_IN,
    localise.ICON_PATH: EVERYBODY,
    "/api/ui/locale.{digest}.js": EVERYBODY,
    "/api/ui/style.{digest}.css": EVERYBODY,
    COMPONENT: EVERYBODY,
    "/api/ui/language/{language}": TO_LOG_IN,
    PAIRING: dict.fromkeys(ROLES, 405),
}

ASKED = {"/api/person-file": "?file={dossier_id}", "/api/batch-receipt": "?batch={dossier_id}"}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    for module in (server, session_routes, print_routes, downloads):
        monkeypatch.setattr(module, "database", lambda: database)
    with TestClient(Starlette(routes=server.ROUTES), follow_redirects=False) as client:
        yield client


def cookie_of(database: Database, dossier: Dossier, role: Role) -> str:
    if role is Role.VISITOR:
        return "made up"
    if role is Role.PRACTITIONER:
        return log_in(database, dossier.id)
    with database.write() as db:
        account = accounts.create(db, SYSTEM, f"one.{role}", "某人", role, "correct horse battery")
    return log_in(database, account.id, role)


def address(path: str, dossier: Dossier) -> str:
    of_component = mounting.path("sign")
    kept = {"/api/ui/style.{digest}.css": localise.style_path(), COMPONENT: of_component}.get(
        path, localise.script_path()
    )
    given = {"job_id": uuid.uuid4(), "dossier_id": dossier.id, "digest": kept.split(".")[1], "language": "en"}
    return (path + ASKED.get(path, "")).format(name="sign", **given)


def test_no_route_is_forgotten() -> None:
    assert {route.path for route in server.ROUTES} == set(EXPECTED)


def test_every_route_but_one_only_reads() -> None:
    assert {route.path for route in server.ROUTES if route.methods != {"GET", "HEAD"}} == {PAIRING}


@pytest.mark.parametrize("role", ROLES)
def test_every_route_gives_a_role_what_is_theirs(
    client: TestClient, database: Database, dossier: Dossier, role: Role
) -> None:
    client.cookies.set(SESSION, cookie_of(database, dossier, role))
    given = {path: client.get(address(path, dossier)).status_code for path in EXPECTED}
    assert given == {path: by_role[role] for path, by_role in EXPECTED.items()}


def test_a_files_name_cannot_break_out_of_its_header(client: TestClient, database: Database) -> None:
    with database.write() as db:
        owner = accounts.create(db, SYSTEM, "owner", "某人", Role.ADMINISTRATOR, "correct horse battery").id
        job = Job(
            kind="x", state="done", parameters={}, result={"file_name": '../张"\r\nX-Evil: 1;.csv'}, owner_id=owner
        )
        job.owner_role, job.language = "administrator", "zh-CN"
        db.add(job)
        db.flush()
        files.store(db, job.id, downloads.RESULT, BytesIO(b"1,2"))
    client.cookies.set(SESSION, log_in(database, owner, Role.ADMINISTRATOR))
    answer = client.get(downloads.address(job.id))
    assert (answer.status_code, answer.content) == (200, b"1,2")
    assert "x-evil" not in answer.headers
    assert (
        answer.headers["content-disposition"]
        == "attachment; filename*=UTF-8''..%2F%E5%BC%A0%22%0D%0AX-Evil%3A%201%3B.csv"
    )


@pytest.mark.parametrize("role", [role for role in ROLES if role is not Role.VISITOR])
def test_the_result_of_somebody_elses_job_is_not_given(
    client: TestClient, database: Database, dossier: Dossier, role: Role
) -> None:
    with database.write() as db:
        other = accounts.create(db, SYSTEM, "other", "别人", Role.ADMINISTRATOR, "correct horse battery")
        job = Job(kind="x", state="done", parameters={}, result={"file_name": "people.csv"}, owner_id=other.id)
        job.owner_role, job.language = "administrator", "zh-CN"
        db.add(job)
        db.flush()
        job_id = job.id
    client.cookies.set(SESSION, cookie_of(database, dossier, role))
    assert client.get(downloads.address(job_id)).status_code == 404


def test_a_fault_while_something_is_printed_is_not_taken_for_a_wrong_address(
    client: TestClient, database: Database, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> bytes:
        raise ValueError("a fault")

    monkeypatch.setattr(signatures, "print_sheet", fails)
    client.cookies.set(SESSION, cookie_of(database, dossier, Role.PRACTITIONER))
    with pytest.raises(ValueError, match="a fault"):
        client.get("/api/signature-sheet")
    assert client.get("/api/person-file?file=x").status_code == 404
