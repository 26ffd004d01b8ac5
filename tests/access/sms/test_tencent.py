"""Tencent's own SDK against a server that checks the signature TC3-HMAC-SHA256 by its own computation."""

import hashlib
import hmac
import json
import logging
import re
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from app.access.sms import Gateway, GatewayConfigError, make_gateway
from tests.access.sms.listener import (
    CODE,
    MESSAGE,
    MOBILE,
    Answer,
    Answering,
    Received,
    in_turn,
    listening,
    settings_with,
)

KEY, SECRET = "AKID-test-key", "the-secret-of-the-test"


def response(status: int = 200, **body: object) -> Answer:
    """An answer as Tencent Cloud writes it."""
    return Answer(status, json.dumps({"Response": {"RequestId": "R-1", **body}}).encode())


def sent(code: str) -> Answer:
    """The outcome of one mobile."""
    return response(SendStatusSet=[{"SerialNo": "5000:1", "PhoneNumber": MOBILE, "Code": code, "Message": code}])


def error(code: str) -> Answer:
    return response(Error={"Code": code, "Message": f"no, {MOBILE}"})


def checking(answering: Answering) -> Answering:
    """Answers only what is signed with the key, now, as Tencent's “signature method v3” describes."""

    def check(request: Received) -> Answer:
        return answering(request) if is_signed(request) else error("AuthFailure.SignatureFailure")

    return check


def is_signed(request: Received) -> bool:
    found = re.fullmatch(
        r"TC3-HMAC-SHA256 Credential=([^/]+)/([^/]+)/sms/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
        request.headers["authorization"],
    )
    assert found
    key, date, names, signature = found.groups()
    assert {"content-type", "host"} <= set(names.split(";"))
    moment = int(request.headers["x-tc-timestamp"])
    assert date == datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    headers = "".join(f"{name}:{request.headers[name].strip().lower()}\n" for name in names.split(";"))
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = f"{request.method}\n{request.target}\n\n{headers}\n{names}\n{payload}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{moment}\n{date}/sms/tc3_request\n{digest}"
    expected = reduce(_mac, [date, "sms", "tc3_request", to_sign], f"TC3{SECRET}".encode()).hex()
    return key == KEY and abs(time.time() - moment) < 300 and hmac.compare_digest(signature, expected)


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def gateway_to(address: str, **values: Any) -> Gateway:
    account = {
        "sms_access_key_id": KEY,
        "sms_access_key_secret": SECRET,
        "sms_sign_name": "从业档案",
        "sms_template_login": "1001",
        "sms_template_register": "1002",
        "sms_app_id": "1400006666",
        "sms_endpoint": address,
    }
    return make_gateway(settings_with(sms_gateway="tencent", **{**account, **values}))


def test_a_signed_message_is_accepted_with_tencents_number() -> None:
    with listening(checking(in_turn(sent("Ok")))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.gateway_id, receipt.detail) == ("accepted", "5000:1", "")
    (request,) = server.requests
    assert (request.headers["x-tc-action"], request.headers["x-tc-version"]) == ("SendSms", "2021-01-11")
    assert request.headers["x-tc-region"] == "ap-guangzhou"
    assert json.loads(request.body) == {
        "PhoneNumberSet": [MOBILE],
        "SmsSdkAppId": "1400006666",
        "SignName": "从业档案",
        "TemplateId": "1001",
        "TemplateParamSet": [CODE],
        "SessionContext": MESSAGE.message_id,
    }


def test_each_purpose_has_its_template() -> None:
    with listening(checking(in_turn(*[sent("Ok")] * 4))) as server:
        gateway = gateway_to(
            server.address, sms_template_notice="1003", sms_template_reset="1004", sms_template_factor="1005"
        )
        gateway.send(replace(MESSAGE, purpose="register"))
        gateway.send(replace(MESSAGE, purpose="notice", code=""))
        gateway.send(replace(MESSAGE, purpose="reset", code=""))
        gateway.send(replace(MESSAGE, purpose="factor", code=""))
        without = gateway_to(server.address).send(replace(MESSAGE, purpose="notice", code=""))
    register, notice, reset, factor = (json.loads(request.body) for request in server.requests)
    assert (register["TemplateId"], register["TemplateParamSet"]) == ("1002", [CODE])
    assert (notice["TemplateId"], notice.get("TemplateParamSet", [])) == ("1003", [])
    assert (reset["TemplateId"], factor["TemplateId"]) == ("1004", "1005")
    assert (without.status, without.detail) == ("refused", "template")


@pytest.mark.parametrize("values", [{"sms_access_key_secret": "another"}, {"sms_access_key_id": "another"}])
def test_a_wrong_key_is_refused_with_tencents_code(values: dict[str, str]) -> None:
    with listening(checking(in_turn(sent("Ok")))) as server:
        receipt = gateway_to(server.address, **values).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == ("refused", "AuthFailure.SignatureFailure", 1)


@pytest.mark.parametrize(
    ("given", "status", "detail"),
    [
        (sent("LimitExceeded.PhoneNumberDailyLimit"), "refused", "LimitExceeded.PhoneNumberDailyLimit"),
        (sent(f"no, {MOBILE}"), "refused", "answer"),
        (
            error("UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
            "refused",
            "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
        ),
        (error("InternalError.Timeout"), "unknown", "InternalError.Timeout"),
        (response(403), "refused", "http_403"),
        (response(500), "unknown", "http_500"),
        (response(), "unknown", "answer"),
        (Answer(504, b"<html>", "text/html"), "unknown", "http_504"),
        (Answer(200, b"<html>", "text/html"), "unknown", "answer"),
        (Answer(200, b"[1]"), "unknown", "answer"),
        (Answer(200, b'{"Re', cut=True), "unknown", "interrupted"),
    ],
)
def test_another_answer_is_not_asked_for_again(given: Answer, status: str, detail: str) -> None:
    with listening(checking(in_turn(given))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert (receipt.status, receipt.detail, len(server.requests)) == (status, detail, 1)


@pytest.mark.parametrize(
    "busy", [response(503), response(429), response(502), error("RequestLimitExceeded.UinLimitExceeded")]
)
def test_a_busy_provider_gets_the_same_message_once_more(busy: Answer) -> None:
    with listening(checking(in_turn(busy, sent("Ok")))) as server:
        receipt = gateway_to(server.address).send(MESSAGE)
    assert receipt.status == "accepted"
    first, second = (json.loads(request.body) for request in server.requests)
    assert first == second
    assert second["SessionContext"] == MESSAGE.message_id


def test_a_provider_that_stays_busy_is_asked_twice_and_no_more() -> None:
    with listening(checking(lambda _request: response(503))) as server:
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
    with listening(checking(in_turn(sent("Ok"))), tls=unknown_certificate) as server:
        receipt = gateway_to(f"https://127.0.0.1:{server.port}").send(MESSAGE)
    assert (receipt.status, receipt.detail, server.requests) == ("refused", "connect", [])


def test_no_mobile_code_or_answer_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with listening(checking(in_turn(error("RequestLimitExceeded"), sent("Ok")))) as server:
        gateway_to(server.address).send(MESSAGE)
    assert MESSAGE.message_id in caplog.text
    assert not [word for word in ("13800000000", CODE, "5000:1", SECRET) if word in caplog.text]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("sms_app_id", {"sms_app_id": ""}),
        ("sms_access_key", {"sms_access_key_secret": ""}),
        ("sms_endpoint", {"sms_endpoint": "http://sms.tencentcloudapi.com"}),
    ],
)
def test_wrong_settings_are_told_at_once(code: str, values: dict[str, str]) -> None:
    with pytest.raises(GatewayConfigError) as caught:
        gateway_to("", **values)
    assert caught.value.code == code
