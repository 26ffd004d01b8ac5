"""The generic HTTP gateway against a server that is really there, or really not."""

import json
import logging
import ssl
import threading
import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from app.access.sms import Gateway, GatewayConfigError, attempts, make_gateway
from tests.access.sms.listener import CODE, MESSAGE, MOBILE, Answer, Listener, in_turn, listening, settings_with

JSON_BODY = '{"to": "{mobile}", "content": "{text}", "ttl": {seconds}, "ref": ["{id}"]}'
JSON_HEADERS = '{"Content-Type": "application/json; charset=utf-8"}'
HOSTILE = "\"}, \\ {code} {id} &text=2&x=%41+1 <b>'\u2028\r\nX-Evil: 1 \x00 😀𠮷"


def gateway_to(address: str, **values: Any) -> Gateway:
    """A gateway with a JSON body unless told otherwise."""
    common = {"sms_http_url": f"{address}/send", "sms_http_headers": JSON_HEADERS, "sms_http_body": JSON_BODY}
    return make_gateway(settings_with(sms_gateway="http", **{**common, **values}))


def test_a_json_gateway_gets_the_message() -> None:
    with listening(in_turn(Answer(201))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert receipt.status == "accepted"
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", "/send")
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(request.body) == {
        "to": MOBILE,
        "content": MESSAGE.text,
        "ttl": 90,
        "ref": [MESSAGE.message_id],
    }


def test_address_and_headers_are_templates_too() -> None:
    with listening(in_turn(Answer())) as server:
        gateway_to(
            "",
            sms_http_method="get",
            sms_http_url=f"{server.address}/sms/{{national}}?to={{mobile}}&c={{code}}&t={{text}}",
            sms_http_headers='{"Idempotency-Key": "{id}", "X-Note": "{mobile} {text}"}',
            sms_http_body="",
        ).send(replace(MESSAGE, text=HOSTILE))
    (request,) = server.requests
    parts = urlsplit(request.target)
    assert (request.method, parts.path, request.body) == ("GET", "/sms/13800000000", b"")
    assert parse_qs(parts.query) == {"to": [MOBILE], "c": [CODE], "t": [HOSTILE]}
    assert request.headers["idempotency-key"] == MESSAGE.message_id
    assert request.headers["x-note"].startswith(MOBILE)
    assert "x-evil" not in request.headers


@pytest.mark.parametrize(
    ("content_type", "template"),
    [
        ("application/json", '{"t": "{text}"}'),
        ("application/x-www-form-urlencoded", "t={text}&fixed=1"),
        ("text/plain", "{text}"),
    ],
)
def test_hostile_text_arrives_as_text(content_type: str, template: str) -> None:
    with listening(in_turn(Answer())) as server:
        gateway_to(
            server.address, sms_http_headers=json.dumps({"Content-Type": content_type}), sms_http_body=template
        ).send(replace(MESSAGE, text=HOSTILE))
    body = server.requests[0].body.decode()
    expected: dict[str, object] = {
        "application/json": f'{{"t": {json.dumps(HOSTILE)}}}',
        "application/x-www-form-urlencoded": {"t": [HOSTILE], "fixed": ["1"]},
        "text/plain": HOSTILE,
    }
    assert (parse_qs(body) if "form" in content_type else body) == expected[content_type]


def test_hostile_text_stays_inside_its_xml_element() -> None:
    with listening(in_turn(Answer())) as server:
        gateway_to(
            server.address,
            sms_http_headers='{"Content-Type": "text/xml"}',
            sms_http_body='<sms text="{text}">{text}</sms>',
        ).send(replace(MESSAGE, text="</sms>\" onload='x' & \x00\x0b😀"))
    element = ET.fromstring(server.requests[0].body)  # noqa: S314 - our own request
    assert (element.text, len(element)) == ("</sms>\" onload='x' & 😀", 0)
    assert element.attrib == {"text": "</sms>\" onload='x' & 😀"}


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_gateway_that_is_busy_gets_the_same_message_once_more(status: int) -> None:
    with listening(in_turn(Answer(status), Answer(200))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert receipt.status == "accepted"
    assert len(server.requests) == 2
    assert server.requests[0] == server.requests[1]


def test_a_gateway_that_stays_busy_is_asked_twice_and_no_more() -> None:
    with listening(lambda _request: Answer(503)) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("refused", "http_503", 2)


def test_a_refusal_after_a_doubtful_answer_stays_doubtful() -> None:
    with listening(in_turn(Answer(502), Answer(409))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("unknown", "http_409", 2)


@pytest.mark.parametrize(
    ("status", "outcome"), [(302, "refused"), (400, "refused"), (401, "refused"), (500, "unknown"), (504, "unknown")]
)
def test_another_answer_is_not_asked_for_again(status: int, outcome: str) -> None:
    with listening(in_turn(Answer(status))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == (outcome, f"http_{status}", 1)


def test_an_answer_that_does_not_come_leaves_the_outcome_open_and_nothing_is_sent_twice() -> None:
    with listening(in_turn(Answer(late=True))) as server:
        receipt = gateway_to(server.address, sms_timeout_seconds=0.2).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("unknown", "timeout", 1)


def test_an_answer_cut_off_leaves_the_outcome_open() -> None:
    with listening(in_turn(Answer(body=b'{"re', cut=True))) as server:
        receipt = gateway_to(server.address, sms_http_success="ok", sms_timeout_seconds=0.2).send(MESSAGE)
    assert (receipt.status, len(server.requests)) == ("unknown", 1)


def test_an_answer_that_only_drips_in_ends_with_the_time_out() -> None:
    begun = time.monotonic()
    with listening(in_turn(Answer(drip=True))) as server:
        receipt = gateway_to(server.address, sms_http_success="ok", sms_timeout_seconds=0.2).send(MESSAGE)
        waited = time.monotonic() - begun
    assert (receipt.status, receipt.detail, len(server.requests)) == ("unknown", "timeout", 1)
    assert waited < 2


def test_a_gateway_that_nobody_answers_for_is_a_refusal(closed_port: int) -> None:
    receipt = gateway_to(f"http://127.0.0.1:{closed_port}").send(MESSAGE)
    assert (receipt.status, receipt.detail) == ("refused", "connect")


def test_a_gateway_that_comes_up_for_the_second_attempt_gets_the_message_once(
    closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PAUSE_SECONDS", 0.5)
    sent, up = threading.Event(), threading.Event()
    servers: list[Listener] = []

    def come_up() -> None:
        time.sleep(0.15)
        with listening(in_turn(Answer()), port=closed_port) as server:
            servers.append(server)
            up.set()
            sent.wait(5)

    thread = threading.Thread(target=come_up)
    thread.start()
    receipt = gateway_to(f"http://127.0.0.1:{closed_port}").send(MESSAGE)
    sent.set()
    thread.join()
    assert (receipt.status, len(servers[0].requests)) == ("accepted", 1)


def test_a_gateway_that_does_not_take_the_connection_is_a_refusal(deaf_port: int) -> None:
    begun = time.monotonic()
    receipt = gateway_to(f"http://127.0.0.1:{deaf_port}", sms_timeout_seconds=0.2).send(MESSAGE)
    assert (receipt.status, receipt.detail) == ("refused", "connect")
    assert 0.4 <= time.monotonic() - begun < 2


def test_a_gateway_whose_certificate_nobody_vouches_for_gets_nothing(unknown_certificate: ssl.SSLContext) -> None:
    with listening(in_turn(Answer()), tls=unknown_certificate) as server:
        receipt = gateway_to(f"https://127.0.0.1:{server.port}").send(MESSAGE)
    assert (receipt.status, receipt.detail, server.requests) == ("refused", "connect", [])


def test_what_counts_as_success_is_a_pattern_that_may_name_the_gateways_number() -> None:
    answer = Answer(body=b'{"code": 0, "msgid": "A-77"}')
    with listening(in_turn(answer)) as server:
        receipt = gateway_to(server.address, sms_http_success=r'"code": 0\b.*"msgid": "(?P<id>[^"]+)"').send(MESSAGE)
    assert (receipt.status, receipt.gateway_id) == ("accepted", "A-77")


@pytest.mark.parametrize("body", [b"", b"\x00\xff\xfe" * 50, b"<html>welcome</html>", b'{"code": 17}', b"x" * 200_000])
def test_a_nonsense_answer_is_a_refusal(body: bytes) -> None:
    with listening(in_turn(Answer(body=body))) as server:
        receipt = gateway_to(server.address, sms_http_success=r'"code": 0\b').send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("refused", "answer", 1)


def test_no_mobile_code_or_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening(in_turn(Answer(503, b"secret answer"), Answer(200, b"secret answer"))) as server:
        gateway_to(server.address, sms_http_url=f"{server.address}/?m={{national}}&c={{code}}").send(MESSAGE)
    assert MESSAGE.message_id in caplog.text
    assert not [word for word in ("13800000000", CODE, "secret") if word in caplog.text]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("sms_http_method", {"sms_http_method": "DELETE /"}),
        ("sms_http_url", {"sms_http_url": ""}),
        ("sms_http_url", {"sms_http_url": "ftp://gateway/send"}),
        ("sms_http_url", {"sms_http_url": "http:///send"}),
        ("sms_http_url", {"sms_http_url": "http://gateway:99999/send"}),
        ("sms_http_url", {"sms_http_url": "http://[::1/send"}),
        ("sms_http_url", {"sms_http_url": "http://{national}.example/send"}),
        ("sms_http_placeholder", {"sms_http_url": "http://gateway/send?to={phone}"}),
        ("sms_http_placeholder", {"sms_http_headers": '{"Content-Type": "text/plain", "X": "{uuid}"}'}),
        ("sms_http_placeholder", {"sms_http_body": '{"to": "{phone}"}'}),
        ("sms_http_headers", {"sms_http_headers": "Content-Type: text/plain"}),
        ("sms_http_headers", {"sms_http_headers": '["Content-Type"]'}),
        ("sms_http_headers", {"sms_http_headers": '{"X-Number": 1}'}),
        ("sms_http_headers", {"sms_http_headers": '{"X-Sign": "签名"}'}),
        ("sms_http_headers", {"sms_http_headers": '{"X": "1\\r\\nY: 2"}'}),
        ("sms_http_headers", {"sms_http_headers": '{"X Y": "1"}'}),
        ("sms_http_headers", {"sms_http_headers": '{"Content-Length": "1"}'}),
        ("sms_http_content_type", {"sms_http_headers": ""}),
        ("sms_http_body", {"sms_http_body": '{"text": {text}}'}),
        ("sms_http_body", {"sms_http_body": '{"code": {code}}'}),
        ("sms_http_body", {"sms_http_body": '{"text": "{text}"'}),
        ("sms_http_success", {"sms_http_success": "("}),
    ],
)
def test_wrong_settings_are_told_at_once(code: str, values: dict[str, str]) -> None:
    with pytest.raises(GatewayConfigError) as caught:
        gateway_to("http://gateway.example", **values)
    assert caught.value.code == code
