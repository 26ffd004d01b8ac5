"""Aliyun's own SDK against a server that checks the signature ACS3-HMAC-SHA256 by its own computation."""

import hashlib
import hmac
import json
import logging
import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from app.access.sms import Gateway, GatewayConfigError, make_gateway
from tests.access.sms.listener import CODE, MESSAGE, Answer, Answering, Received, in_turn, listening, settings_with

KEY, SECRET = "LTAI-test-key", "a secret/of+the~test".replace(" ", "-")


def answer(status: int = 200, **body: str) -> Answer:
    """An answer as Aliyun writes it."""
    return Answer(status, json.dumps({"RequestId": "R-1", **body}).encode())


ACCEPTED = answer(Code="OK", Message="OK", BizId="9001^0")


def checking(answering: Answering) -> Answering:
    """Answers only what is signed with the key, now, as Aliyun's “V3 request signature” describes."""

    def check(request: Received) -> Answer:
        return answering(request) if is_signed(request) else answer(400, Code="SignatureDoesNotMatch", Message="no")

    return check


def is_signed(request: Received) -> bool:
    found = re.fullmatch(
        r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})",
        request.headers["authorization"],
    )
    assert found
    key, names, signature = found.groups()
    assert {"host", "x-acs-action", "x-acs-date", "x-acs-version", "x-acs-content-sha256"} <= set(names.split(";"))
    payload = hashlib.sha256(request.body).hexdigest()
    parts = urlsplit(request.target)
    query = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names.split(";"))
    canonical = f"{request.method}\n{parts.path}\n{query}\n{headers}\n{names}\n{payload}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    expected = hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    signed_at = datetime.strptime(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return (
        key == KEY
        and payload == request.headers["x-acs-content-sha256"]
        and abs(datetime.now(UTC) - signed_at) < timedelta(minutes=15)
        and hmac.compare_digest(signature, expected)
    )


def gateway_to(address: str, **values: Any) -> Gateway:
    account = {
        "sms_access_key_id": KEY,
        "sms_access_key_secret": SECRET,
        "sms_sign_name": "从业档案",
        "sms_template_login": "SMS_1",
        "sms_template_register": "SMS_2",
        "sms_endpoint": address,
    }
    return make_gateway(settings_with(sms_gateway="aliyun", **{**account, **values}))


def parameters(request: Received) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.target).query)) | dict(parse_qsl(request.body.decode()))


def test_a_signed_message_is_accepted_with_aliyuns_number() -> None:
    with listening(checking(in_turn(ACCEPTED))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.gateway_id, receipt.detail) == ("accepted", "9001^0", "")
    (request,) = server.requests
    assert (request.headers["x-acs-action"], request.headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    sent = parameters(request)
    assert json.loads(sent.pop("TemplateParam")) == {"code": CODE}
    assert sent == {
        "PhoneNumbers": "13800000000",
        "SignName": "从业档案",
        "TemplateCode": "SMS_1",
        "OutId": MESSAGE.message_id,
    }


def test_each_purpose_has_its_template_and_a_mobile_abroad_its_country_code() -> None:
    with listening(checking(in_turn(ACCEPTED))) as server:
        gateway = gateway_to(server.address)
        gateway.send(replace(MESSAGE, purpose="register", mobile="+85251234567"))
        notice = gateway.send(replace(MESSAGE, purpose="notice", code=""))
    assert (parameters(server.requests[0])["TemplateCode"], notice.detail) == ("SMS_2", "template")
    assert parameters(server.requests[0])["PhoneNumbers"] == "85251234567"
    assert (notice.status, len(server.requests)) == ("refused", 1)


def test_a_notice_carries_no_code() -> None:
    with listening(checking(in_turn(ACCEPTED))) as server:
        gateway_to(server.address, sms_template_notice="SMS_3").send(replace(MESSAGE, purpose="notice", code=""))
    assert "TemplateParam" not in parameters(server.requests[0])


@pytest.mark.parametrize("values", [{"sms_access_key_secret": "another"}, {"sms_access_key_id": "another"}])
def test_a_wrong_key_is_refused_with_aliyuns_code(values: dict[str, str]) -> None:
    with listening(checking(in_turn(ACCEPTED))) as server:
        receipt = gateway_to(server.address, **values).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("refused", "SignatureDoesNotMatch", 1)


@pytest.mark.parametrize(
    ("given", "status", "detail"),
    [
        (answer(Code="isv.BUSINESS_LIMIT_CONTROL", Message="触发流控"), "refused", "isv.BUSINESS_LIMIT_CONTROL"),
        (answer(403, Code="Forbidden.RAM", Message="no"), "refused", "Forbidden.RAM"),
        (answer(Code="1380000 0000 <b>", Message="no"), "refused", "answer"),
        (answer(500, Code="InternalError", Message="no"), "unknown", "http_500"),
        (answer(), "unknown", "answer"),
        (Answer(504, b"<html>", "text/html"), "unknown", "answer"),
        (Answer(200, b"<html>", "text/html"), "unknown", "answer"),
        (Answer(200, b"[1]"), "unknown", "answer"),
        (Answer(200, b'{"Co', cut=True), "unknown", "interrupted"),
    ],
)
def test_another_answer_is_not_asked_for_again(given: Answer, status: str, detail: str) -> None:
    with listening(checking(in_turn(given))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == (status, detail, 1)


@pytest.mark.parametrize(
    "busy",
    [answer(503, Code="ServiceUnavailable"), answer(429, Code="Throttling.User"), answer(400, Code="Throttling")],
)
def test_a_busy_provider_gets_the_same_message_once_more(busy: Answer) -> None:
    with listening(checking(in_turn(busy, ACCEPTED))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert receipt.status == "accepted"
    first, second = map(parameters, server.requests)
    assert first == second
    assert second["OutId"] == MESSAGE.message_id


def test_a_provider_that_stays_busy_is_asked_twice_and_no_more() -> None:
    with listening(checking(lambda _request: answer(503, Code="ServiceUnavailable"))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("refused", "http_503", 2)


def test_an_answer_that_does_not_come_leaves_the_outcome_open_and_nothing_is_sent_twice() -> None:
    with listening(checking(in_turn(Answer(late=True)))) as server:
        receipt = gateway_to(server.address, sms_timeout_seconds=0.2).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("unknown", "timeout", 1)


def test_a_provider_that_cannot_be_reached_is_a_refusal(closed_port: int, deaf_port: int) -> None:
    for port in (closed_port, deaf_port):
        receipt = gateway_to(f"http://127.0.0.1:{port}", sms_timeout_seconds=0.2).send(MESSAGE)
        assert (receipt.status, receipt.detail) == ("refused", "connect")


def test_a_provider_whose_certificate_nobody_vouches_for_gets_nothing(unknown_certificate: ssl.SSLContext) -> None:
    with listening(checking(in_turn(ACCEPTED)), tls=unknown_certificate) as server:
        receipt = gateway_to(f"https://127.0.0.1:{server.port}").send(MESSAGE)
    assert (receipt.status, receipt.detail, server.requests) == ("refused", "connect", [])


def test_no_mobile_code_or_answer_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEBUG", "sdk")
    caplog.set_level(logging.DEBUG)
    with listening(checking(in_turn(answer(503, Code="Busy"), ACCEPTED))) as server:
        gateway_to(server.address).send(MESSAGE)
    written = caplog.text + "".join(capfd.readouterr())
    assert MESSAGE.message_id in written
    assert not [word for word in ("13800000000", CODE, "9001^0", SECRET) if word in written]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("sms_access_key", {"sms_access_key_id": ""}),
        ("sms_access_key", {"sms_access_key_secret": ""}),
        ("sms_access_key", {"sms_access_key_secret": "pasted with a line end\n"}),
        ("sms_sign_name", {"sms_sign_name": ""}),
        ("sms_template", {"sms_template_login": ""}),
        ("sms_template", {"sms_template_register": ""}),
        ("sms_endpoint", {"sms_endpoint": "dysmsapi.aliyuncs.com"}),
        ("sms_endpoint", {"sms_endpoint": "http://dysmsapi.aliyuncs.com"}),
        ("sms_endpoint", {"sms_endpoint": "http://127.0.0.1.example"}),
        ("sms_endpoint", {"sms_endpoint": "http://127.0.0.1@gateway.example"}),
        ("sms_endpoint", {"sms_endpoint": "https://user@gateway.example"}),
        ("sms_endpoint", {"sms_endpoint": "https://gateway.example/path"}),
        ("sms_endpoint", {"sms_endpoint": "https://gateway.example:port"}),
    ],
)
def test_wrong_settings_are_told_at_once(code: str, values: dict[str, str]) -> None:
    with pytest.raises(GatewayConfigError) as caught:
        gateway_to("", **values)
    assert caught.value.code == code
