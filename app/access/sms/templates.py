"""Filling `{placeholders}` into addresses, headers and bodies, escaped for where they stand."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as escape_xml

from phonenumbers import NumberParseException

from app.access.mobiles import national
from app.access.sms.contract import GatewayConfigError, Message

Escape = Callable[[str], str]

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2

SAMPLE = {
    # Leading zeros and hostile text: a placeholder that should stand in quotes and does not is found out.
    "mobile": "+8613800000000",
    "national": "013800000000",
    "code": "012345",
    "text": '"\\\n<&{code}',
    "seconds": "90",
    "id": "00000000-0000-4000-8000-000000000000",
}


def values(message: Message) -> dict[str, str]:
    """What the placeholders stand for."""
    return {
        "mobile": message.mobile,
        "national": national_number(message.mobile),
        "code": message.code,
        "text": message.text,
        "seconds": str(message.seconds),
        "id": message.message_id,
    }


def national_number(mobile: str) -> str:
    """A mobile without its country code; without its plus where no such country is known."""
    try:
        return national(mobile)
    except NumberParseException:
        return mobile.removeprefix("+")


def check_names(template: str) -> None:
    """Raises GatewayConfigError (`sms_http_placeholder`)."""
    if any(name not in SAMPLE for name in PLACEHOLDER.findall(template)):
        raise GatewayConfigError("sms_http_placeholder")


def fill(template: str, filling: Mapping[str, str], escape: Escape) -> str:
    """The template with its placeholders replaced in one pass: what is filled in is never looked at again."""
    return PLACEHOLDER.sub(lambda match: escape(filling[match[1]]), template)


def in_url(value: str) -> str:
    """Percent-encoded (RFC 3986, section 2.1)."""
    return quote(value, safe="", errors="replace")


def in_header(value: str) -> str:
    """Percent-encoded but for a mobile's plus: headers carry ASCII without line ends (RFC 9110, section 5.5)."""
    return quote(value, safe="+", errors="replace")


def in_body(content_type: str) -> Escape:
    """How values are escaped in a body of this type."""
    kind = content_type.partition(";")[0].strip().lower()
    if is_json(content_type):
        return _in_json
    if kind == "application/x-www-form-urlencoded":
        return _in_form
    if kind.endswith(("/xml", "+xml")):
        return _in_xml
    return str


def is_json(content_type: str) -> bool:
    """`application/json`, `application/problem+json; charset=utf-8` …"""
    return content_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def _in_form(value: str) -> str:
    return quote_plus(value, errors="replace")


def _in_xml(value: str) -> str:
    return escape_xml(NOT_IN_XML.sub("", value), {'"': "&quot;", "'": "&apos;"})
