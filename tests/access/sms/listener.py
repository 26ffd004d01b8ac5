"""A real HTTP server on this machine that plays a gateway: it keeps what it got and gives the answers it was told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from app.access.sms import Message
from app.settings import Settings

MOBILE = "+8613800000000"
CODE = "408213"
MESSAGE = Message(
    mobile=MOBILE,
    purpose="login",
    code=CODE,
    text=f"【从业档案】您的动态密码是 {CODE}，90 秒内有效。",
    seconds=90,
    message_id="0193a7b2-0000-7000-8000-000000000001",
)


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """One answer.

    `late` keeps the client waiting before the headers, `cut` hangs up in the middle of the body, `drip` sends it slowly
    for ever.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    late: bool = False
    cut: bool = False
    drip: bool = False


Answering = Callable[[Received], Answer]


@dataclass
class Listener:
    """A running server."""

    port: int
    requests: list[Received] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening(answering: Answering, port: int = 0, tls: SSLContext | None = None) -> Iterator[Listener]:
    """A listener for as long as the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    listener = Listener(server.server_address[1])
    server.RequestHandlerClass = _handler(listener, answering)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that hang up are what is tested
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield listener
    finally:
        listener.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def in_turn(*answers: Answer) -> Answering:
    """These answers, one after the other; a request too many fails."""
    left = iter(answers)
    return lambda _request: next(left, Answer(500, b"one request too many"))


def settings_with(**values: Any) -> Settings:
    """The program's own settings with these values and a short time-out."""
    return Settings(**{"sms_timeout_seconds": 2.0, **values})


def _handler(listener: Listener, answering: Answering) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, self.path, headers, body)
            listener.requests.append(request)
            answer = answering(request)
            if answer.late:
                listener.over.wait()
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            if not answer.drip:
                self.send_header("Content-Length", str(len(answer.body) + (100 if answer.cut else 0)))
            self.end_headers()
            self.wfile.write(answer.body)
            while answer.drip and not listener.over.wait(0.05):
                self.wfile.write(b".")

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
            pass

    return Handler
