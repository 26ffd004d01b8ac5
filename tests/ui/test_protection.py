"""What other sites send is refused; every answer carries the security headers; forwarding headers need a trusted proxy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import serving
from app.settings import Settings
from app.ui.protection import HEADERS, Protected

OWN, FOREIGN = "http://testserver", "https://evil.example"


async def change(_request: Request) -> Response:
    return PlainTextResponse("changed")


async def talk(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


@pytest.fixture
def client() -> TestClient:
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    inner = Starlette(routes=[Route("/x", change, methods=methods), WebSocketRoute("/ws", talk)])
    return TestClient(Protected(inner))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "origin", [FOREIGN, "null", "http://testserver.evil.example", "http://testserver:81", "http://[x", None]
)
def test_a_change_asked_by_another_site_is_refused(client: TestClient, method: str, origin: str | None) -> None:
    answer = client.request(method, "/x", headers={"origin": origin} if origin else {})
    assert (answer.status_code, "changed" in answer.text) == (403, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_asked_by_our_own_pages_goes_on(client: TestClient, method: str) -> None:
    assert client.request(method, "/x", headers={"origin": OWN}).text == "changed"


@pytest.mark.parametrize("origin", [FOREIGN, "null", "", None])
def test_a_websocket_of_another_site_is_refused(client: TestClient, origin: str | None) -> None:
    headers = {} if origin is None else {"origin": origin}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws", headers=headers):
        pass


def test_our_own_websocket_is_let_in(client: TestClient) -> None:
    with client.websocket_connect("/ws", headers={"origin": OWN}):
        pass


@pytest.mark.parametrize("path", ["/x", "/missing"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_https_is_asked_for_from_then_on_behind_https(
    client: TestClient, configure: Callable[[str, str], None]
) -> None:
    configure("https", "1")
    assert client.get("/x").headers["strict-transport-security"] == "max-age=31536000"


async def tell_client(request: Request) -> Response:
    assert request.client
    return PlainTextResponse(request.client.host)


@pytest.mark.parametrize(
    ("trusted", "peer", "seen"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("", "10.0.0.1", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.7"),
        ("10.0.0.0/8", "192.0.2.1", "192.0.2.1"),
    ],
)
def test_forwarding_headers_are_believed_from_configured_proxies_only(trusted: str, peer: str, seen: str) -> None:
    environment = serving.environment(Settings(trusted_proxies=trusted, home=Path("var")))
    # As uvicorn reads it when Streamlit starts it.
    inner = Starlette(routes=[Route("/", tell_client)])
    behind: Any = ProxyHeadersMiddleware(cast("Any", inner), trusted_hosts=environment["FORWARDED_ALLOW_IPS"])
    client = TestClient(behind, client=(peer, 1234))
    # What the client claims itself stands left of what the proxy saw.
    assert client.get("/", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.7"}).text == seen
