"""A large file is taken from those who collect signatures, and from nobody else."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.access.rights import VISITOR, Actor
from app.ui.uploads import MOST_BYTES, Uploads
from tests.people import CLERK, REVIEWER

ADDRESS = "/_stcore/upload_file/session/file"


async def take(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def client(who: Actor) -> TestClient:
    inner = Starlette(routes=[Route("/{path:path}", take, methods=["PUT", "POST"])])
    return TestClient(Uploads(inner, lambda _request: who))


@pytest.mark.parametrize("who", [VISITOR, CLERK])
def test_of_anybody_a_large_file_is_refused(who: Actor) -> None:
    browser = client(who)
    assert browser.put(ADDRESS, content=b"x" * 1000).text == "1000"
    assert browser.put(ADDRESS, content=b"x" * (MOST_BYTES + 1)).status_code == 413
    in_pieces = browser.put(ADDRESS, content=iter([b"x" * 1000]))  # the request does not say how large it is
    assert in_pieces.status_code == 413


def test_who_collects_signatures_may_send_a_whole_company_s_scans() -> None:
    large = b"x" * (MOST_BYTES + 1)
    assert client(REVIEWER).put(ADDRESS, content=large).text == str(len(large))
