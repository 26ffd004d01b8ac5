"""The agent at a desk: it answers the paired server's pages, on the loopback address, and signs what it reads."""

import http.client
import json
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices import desk_config, desk_protocol
from devices.desk_config import DeskConfig, PairingError
from devices.desk_protocol import ProtocolError, SignedReading
from devices.desk_server import DeskServer
from devices.resident_card import CardReading, parse_block
from devices.sources import ChipSerial, ReaderError, ReaderStatus
from devices.virtual_cards import block_of
from tests.devices.cards import ALL, JPEG, RESIDENT

ORIGIN = "https://hall.example"
KEY = bytes(range(32))
READING = replace(parse_block(block_of(RESIDENT), today=date(2026, 11, 24), source="pcsc"), photo=JPEG)


@dataclass
class Given:
    """A reader with a given card."""

    result: CardReading | ChipSerial | ReaderError

    def status(self) -> ReaderStatus:
        return ReaderStatus("card_present", "a reader")

    def read(self, _timeout: float) -> CardReading | ChipSerial:
        if isinstance(self.result, ReaderError):
            raise self.result
        return self.result


@contextmanager
def agent(result: CardReading | ChipSerial | ReaderError = READING) -> Iterator[DeskServer]:
    server = DeskServer(DeskConfig(ORIGIN, "a desk", KEY), Given(result), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(server: DeskServer, method: str = "POST", path: str = "/read", body: object = None, **headers: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    sent = {"Origin": ORIGIN, "Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    content = json.dumps({"challenge": "c", "seconds": 1} if body is None else body)
    connection.request(method, path, content if method == "POST" else None, {k: v for k, v in sent.items() if v})
    response = connection.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    connection.close()
    return response


@pytest.mark.parametrize("card", ALL.values(), ids=ALL)
def test_a_reading_arrives_as_it_was_read(card: dict[str, object]) -> None:
    reading = replace(parse_block(block_of(card), today=date(2026, 11, 24), source="sam"), photo=JPEG)
    assert desk_protocol.decode(desk_protocol.encode(reading)) == reading


def test_the_agent_reads_and_signs() -> None:
    with agent() as server:
        response = ask(server)
    assert (response.status, response.getheader("Access-Control-Allow-Origin")) == (200, ORIGIN)
    signed = SignedReading.parse(json.loads(response.body))
    assert (signed.desk, signed.challenge) == ("a desk", "c")
    assert signed.fits(KEY)
    assert desk_protocol.decode(signed.payload) == READING


@pytest.mark.parametrize(
    "change",
    [
        {"challenge": "d"},
        {"moment": 1},
        {"payload": desk_protocol.encode(replace(READING, name="某人"))},
        {"signature": "0" * 64},
        {"signature": "é"},
    ],
)
def test_whatever_is_changed_on_the_way_is_seen(change: dict[str, Any]) -> None:
    payload = desk_protocol.encode(READING)
    signed = SignedReading("a desk", "c", 1_700_000_000, payload, desk_protocol.sign(KEY, "c", 1_700_000_000, payload))
    assert signed.fits(KEY)
    assert not signed.fits(bytes(32))
    assert not replace(signed, **change).fits(KEY)


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://hall.example.evil"},
        {"Origin": "http://hall.example"},
        {"Origin": "https://hall.example:8443"},
        {"Host": "rebound.evil:47110"},
    ],
)
def test_another_page_gets_nothing(method: str, headers: dict[str, str]) -> None:
    with agent() as server:
        response = ask(server, method, "/health" if method == "GET" else "/read", **headers)
    assert (response.status, response.body) == (403, b"")
    assert response.getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_plain_form_can_send_is_refused(kind: str) -> None:
    with agent() as server:
        assert ask(server, Content_Type=kind).status == 400


@pytest.mark.parametrize(
    "body", [[], {}, {"challenge": "", "seconds": 1}, {"challenge": "c"}, {"challenge": "c" * 5000, "seconds": 1}]
)
def test_a_request_that_is_none_is_refused(body: object) -> None:
    with agent() as server:
        assert ask(server, body=body).status == 400


def test_the_browser_is_told_that_the_page_may_ask() -> None:
    with agent() as server:
        response = ask(server, "OPTIONS")
    assert response.status == 204
    assert response.getheader("Access-Control-Allow-Private-Network") == "true"
    assert response.getheader("Access-Control-Allow-Headers") == "Content-Type"


def test_the_state_of_the_reader_is_told() -> None:
    with agent() as server:
        assert json.loads(ask(server, "GET", "/health").body)["state"] == "card_present"
        assert ask(server, "GET", "/read").status == 404


@pytest.mark.parametrize(
    ("result", "code"),
    [(ReaderError("card_removed"), "card_removed"), (ChipSerial(bytes(8)), "not_an_id_card")],
)
def test_what_went_wrong_is_told(result: ReaderError | ChipSerial, code: str) -> None:
    with agent(result) as server:
        assert json.loads(ask(server).body) == {"error": code}


def test_the_agent_listens_on_the_loopback_address_only() -> None:
    with agent() as server:
        assert server.server_address[0] == "127.0.0.1"


def test_the_key_is_kept_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "a" / "desk.json"
    assert DeskConfig.load(path) is None
    config = DeskConfig(ORIGIN, "a desk", KEY)
    config.save(path)
    assert DeskConfig.load(path) == config
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "key" not in repr(config)
    path.write_text("{}")
    with pytest.raises(PairingError, match="Pair this desk again"):
        DeskConfig.load(path)


@pytest.mark.parametrize("address", ["http://hall.example", "ftp://hall.example", "hall.example", ""])
def test_a_key_is_not_fetched_in_the_clear(address: str) -> None:
    with pytest.raises(PairingError, match="https"):
        desk_config.pair(address, "CODE")


def test_the_origin_is_as_browsers_write_it() -> None:
    assert desk_config.origin_of("https://Hall.Example:8443/reader?x") == "https://hall.example:8443"
    assert desk_config.origin_of("http://127.0.0.1:8501/") == "http://127.0.0.1:8501"


@pytest.mark.parametrize(
    ("status", "body", "message"), [(403, b"", "wrong, used"), (500, b"", "500"), (200, b"[]", "as expected")]
)
def test_pairing_that_fails_says_why(status: int, body: bytes, message: str) -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    with pytest.raises(PairingError, match=message):
        desk_config.pair(f"http://127.0.0.1:{server.server_address[1]}", "CODE")
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_agent_needs_pyscard_pyserial_and_the_standard_library_only() -> None:
    import subprocess

    program = "import sys, devices.agent; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")}
    foreign = loaded - set(sys.stdlib_module_names) - {"devices", "serial", "smartcard", "sitecustomize"}
    assert foreign == set()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["document_type", "number", "name", "photo", "raw", "birth_date", "warnings", "other"]),
        st.one_of(st.none(), st.text(max_size=30), st.integers(), st.lists(st.text(max_size=5), max_size=3)),
    )
)
def test_any_payload_is_a_reading_or_refused(values: dict[str, Any]) -> None:
    try:
        desk_protocol.decode(json.dumps(values))
    except ProtocolError:
        return
    assert {"document_type", "number", "name"} <= set(values)
