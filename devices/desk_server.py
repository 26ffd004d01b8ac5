"""The agent's HTTP service on the loopback address: it reads for the pages of one server, and for nobody else.

Any page that is open at the desk may call a loopback address; so the origin must be exactly the paired server's, the host
must be the loopback address (a name that leads here could be anybody's), and there is no way round by a script tag.
"""

import json
import logging
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from devices import desk_protocol
from devices.desk_config import DeskConfig
from devices.resident_card import CardReading
from devices.sources import CardSource, ReaderError

HOST = "127.0.0.1"
LONGEST_REQUEST = 4096
MOST_SECONDS = 20.0
log = logging.getLogger(__name__)


class DeskServer(ThreadingHTTPServer):
    """The service of one desk. One card is read at a time."""

    daemon_threads = True

    def __init__(self, config: DeskConfig, source: CardSource, port: int = desk_protocol.PORT) -> None:
        super().__init__((HOST, port), _Handler)
        self.config = config
        self.source = source
        self._reading = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def read(self, challenge: str, seconds: float) -> dict[str, Any]:
        """Read a card and sign it; the error's code where that comes to nothing."""
        if not self._reading.acquire(blocking=False):
            return {"error": "reader_busy"}
        try:
            reading = self.source.read(seconds)
        except ReaderError as error:
            log.info("nothing was read: %s", error)
            return {"error": error.code}
        finally:
            self._reading.release()
        if not isinstance(reading, CardReading):
            return {"error": "not_an_id_card"}
        payload, moment = desk_protocol.encode(reading), int(time.time())
        signature = desk_protocol.sign(self.config.key, challenge, moment, payload)
        log.info("a card was read")
        return {
            "desk": self.config.desk,
            "challenge": challenge,
            "moment": moment,
            "payload": payload,
            "signature": signature,
        }


class _Handler(BaseHTTPRequestHandler):
    server_version = "congye-desk"
    sys_version = ""
    timeout = 30
    server: DeskServer

    def do_OPTIONS(self) -> None:
        """A browser asks whether the page may ask."""
        if self._is_ours():
            self._send(HTTPStatus.NO_CONTENT)

    def do_GET(self) -> None:
        """Whether the agent is there, and how its reader stands."""
        if not self._is_ours():
            return
        if self.path != "/health":
            self._send(HTTPStatus.NOT_FOUND)
            return
        state = self.server.source.status()
        self._send(HTTPStatus.OK, {"desk": self.server.config.desk, "state": state.state, "reader": state.reader or ""})

    def do_POST(self) -> None:
        """Read a card for a challenge."""
        if not self._is_ours():
            return
        request = self._request()
        if self.path != "/read" or request is None:
            self._send(HTTPStatus.BAD_REQUEST if self.path == "/read" else HTTPStatus.NOT_FOUND)
            return
        challenge, seconds = request
        self._send(HTTPStatus.OK, self.server.read(challenge, seconds))

    def _is_ours(self) -> bool:
        """Whether the paired server's page asks, of the loopback address; everything else is refused."""
        hosts = {f"{HOST}:{self.server.port}", f"localhost:{self.server.port}"}
        if self.headers.get("Origin") == self.server.config.origin and self.headers.get("Host") in hosts:
            return True
        self.send_response(HTTPStatus.FORBIDDEN)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def _request(self) -> tuple[str, float] | None:
        """Challenge and patience; None for what is no request."""
        length = self.headers.get("Content-Length", "")
        # Another type could come from a plain form, about which no browser asks first.
        if self.headers.get_content_type() != "application/json" or not length.isdecimal():
            return None
        if int(length) > LONGEST_REQUEST:
            return None
        try:
            values = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return None
        challenge = values.get("challenge") if isinstance(values, dict) else None
        seconds = values.get("seconds") if isinstance(values, dict) else None
        if not isinstance(challenge, str) or not challenge or not isinstance(seconds, int | float):
            return None
        return challenge, min(max(float(seconds), 0.0), MOST_SECONDS)

    def _send(self, status: HTTPStatus, answer: dict[str, Any] | None = None) -> None:
        content = b"" if answer is None else json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", self.server.config.origin)
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        if self.command == "OPTIONS":
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
            self.send_header("Access-Control-Max-Age", "600")
        else:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Requests are not logged; readings are, without what was read."""
