"""An SMS service that can be down, slow, or answer nonsense; it remembers every message that it took."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Mood = Literal["well", "slow", "nonsense"]
TAKEN = b'{"status":"taken"}'
NONSENSE = b"<html>\xff\xfe<title>502</title>" + b"\x00" * 100_000
TIMEOUT_SECONDS = 1.0
"""The product's own time-out in these tests."""


class SmsService:
    """Listens on a port of its own; `taken` holds mobile and code of what it took, oldest first."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.taken: list[tuple[str, str]] = []
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self.come_up()

    def come_up(self) -> None:
        """Listen, at the same port as before."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def go_down(self) -> None:
        """Listen no more: connections are refused."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def settings(self) -> dict[str, str]:
        """The product's settings that lead here."""
        return {
            "CONGYE_SMS_GATEWAY": "http",
            "CONGYE_SMS_HTTP_URL": f"http://127.0.0.1:{self.port}/send",
            "CONGYE_SMS_HTTP_HEADERS": '{"Content-Type": "application/json"}',
            "CONGYE_SMS_HTTP_BODY": '{"mobile": "{mobile}", "code": "{code}"}',
            "CONGYE_SMS_HTTP_SUCCESS": '"status":"taken"',
            "CONGYE_SMS_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
        }


def _handler(service: SmsService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.taken.append((message["mobile"], message["code"]))
            if service.mood == "slow":
                time.sleep(TIMEOUT_SECONDS * 2)
            answer = NONSENSE if service.mood == "nonsense" else TAKEN
            with suppress(OSError):
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Nothing is logged."""

    return Handler
