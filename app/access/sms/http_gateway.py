"""Any gateway that takes an HTTP request: method, address, headers and body are templates of the settings."""

import json
import re
import time
from urllib.parse import urlsplit

import httpx

from app.access.sms import templates
from app.access.sms.attempts import Attempt, accepted, by_status, deliver, refused, unknown
from app.access.sms.contract import GatewayConfigError, Message, Receipt, SmsSettings
from app.access.sms.quiet import quieten

METHODS = {"GET", "POST", "PUT", "PATCH"}
MOST_OF_AN_ANSWER = 65536
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")
OUR_OWN_HEADERS = {"content-length", "transfer-encoding"}


class HttpGateway:
    """Sends by HTTP. Raises GatewayConfigError when made of wrong settings."""

    def __init__(self, settings: SmsSettings) -> None:
        self._method = settings.sms_http_method.upper()
        if self._method not in METHODS:
            raise GatewayConfigError("sms_http_method")
        self._url = _checked_url(settings.sms_http_url)
        self._headers = _checked_headers(settings.sms_http_headers)
        content_type = self._headers.get("content-type", "")
        self._body = _checked_body(settings.sms_http_body, content_type)
        self._escape = templates.in_body(content_type)
        self._success = _checked_pattern(settings.sms_http_success)
        self._timeout = settings.sms_timeout_seconds
        quieten("httpx", "httpcore")
        # No connection is kept: one that the gateway closed meanwhile would turn a good message into an unknown one.
        self._client = httpx.Client(timeout=self._timeout, limits=httpx.Limits(max_keepalive_connections=0))

    def send(self, message: Message) -> Receipt:
        """Send, at most twice."""
        request = self._request(message)
        return deliver(lambda: self._attempt(request), message.message_id)

    def _request(self, message: Message) -> httpx.Request:
        filling = templates.values(message)
        return self._client.build_request(
            self._method,
            templates.fill(self._url, filling, templates.in_url),
            headers={
                name: templates.fill(value, filling, templates.in_header) for name, value in self._headers.items()
            },
            content=templates.fill(self._body, filling, self._escape).encode("utf-8", "replace"),
        )

    def _attempt(self, request: httpx.Request) -> Attempt:
        deadline = time.monotonic() + self._timeout
        try:
            response = self._client.send(request, stream=True)
            try:
                return self._judge(response, deadline)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError):
            return refused("connect", again=True)
        except httpx.TimeoutException:
            return unknown("timeout")
        except httpx.HTTPError:
            return unknown("interrupted")

    def _judge(self, response: httpx.Response, deadline: float) -> Attempt:
        if not response.is_success:
            return by_status(response.status_code)
        if self._success is None:
            return accepted("")
        match = self._success.search(_answer(response, deadline))
        if match is None:
            return refused("answer")
        return accepted(match.groupdict().get("id") or "")


def _answer(response: httpx.Response, deadline: float) -> str:
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) >= MOST_OF_AN_ANSWER:
            break
        # httpx counts from one packet to the next: an answer that only drips in would never time out.
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("answer too slow", request=response.request)
    return body[:MOST_OF_AN_ANSWER].decode("utf-8", "replace")


def _checked_url(url: str) -> str:
    templates.check_names(url)
    try:
        parts = urlsplit(url)
        httpx.URL(templates.fill(url, templates.SAMPLE, templates.in_url))
        fixed = bool(parts.hostname) and "{" not in parts.netloc and (parts.port is None or parts.port > 0)
    except (ValueError, httpx.InvalidURL) as error:
        raise GatewayConfigError("sms_http_url") from error
    if parts.scheme not in ("http", "https") or not fixed:
        raise GatewayConfigError("sms_http_url")
    return url


def _checked_headers(text: str) -> dict[str, str]:
    """Lower-case names and templates of their values."""
    try:
        headers = json.loads(text or "{}")
    except ValueError as error:
        raise GatewayConfigError("sms_http_headers") from error
    if not isinstance(headers, dict) or not all(_is_header(name, value) for name, value in headers.items()):
        raise GatewayConfigError("sms_http_headers")
    for value in headers.values():
        templates.check_names(value)
    return {name.lower(): value for name, value in headers.items()}


def _is_header(name: str, value: object) -> bool:
    return (
        HEADER_NAME.fullmatch(name) is not None
        and name.lower() not in OUR_OWN_HEADERS
        and isinstance(value, str)
        and HEADER_VALUE.fullmatch(value) is not None
    )


def _checked_body(body: str, content_type: str) -> str:
    if not body:
        return body
    if not content_type:
        raise GatewayConfigError("sms_http_content_type")
    templates.check_names(body)
    if templates.is_json(content_type):
        try:
            json.loads(templates.fill(body, templates.SAMPLE, templates.in_body(content_type)))
        except ValueError as error:
            raise GatewayConfigError("sms_http_body") from error
    return body


def _checked_pattern(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise GatewayConfigError("sms_http_success") from error
