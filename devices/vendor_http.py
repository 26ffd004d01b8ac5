"""Readers behind the maker's own service on this machine: CVR (华视), Synjones (新中新) and ZKTeco (中控).

The service talks to the reader and decodes the photo under the maker's licence; we ask it over HTTP. The field names are
those that its callers use; the text block itself does not come through.
"""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from devices.resident_card import CardReading
from devices.sources import ReaderError, ReaderStatus
from devices.vendor_fields import FieldsError, reading_of

HOST = "127.0.0.1"
LONGEST = 2 << 20
"""Bytes of an answer; a photo has some 20 kB."""
CONNECT_SECONDS = 0.5
_lock = threading.Lock()
"""The services take one call at a time."""


@dataclass(frozen=True)
class Vendor:
    """One maker's service: its port, the paths to call in order, where an answer says that all is well."""

    name: str
    port: int
    before: tuple[str, ...]
    read: str
    after: tuple[str, ...]
    succeeded: Callable[[Mapping[str, Any]], bool]
    fields: Mapping[str, tuple[str, ...]]
    """For each field of a reading, the keys that have it, the likelier first; a dot goes down into an object."""


VENDORS = {
    "cvr": Vendor(
        "cvr",
        19196,
        ("/OpenDevice",),
        "/readcard",
        ("/CloseDevice",),
        lambda answer: str(answer.get("resultFlag")) == "0",
        {
            "name": ("partyName",),
            "name_latin": ("engName",),
            "sex": ("gender",),
            "ethnicity": ("nation",),
            "birth_date": ("bornDay",),
            "address": ("certAddress",),
            "number": ("certNumber",),
            "authority": ("certOrg",),
            "valid_from": ("effDate",),
            "valid_to": ("expDate",),
            "photo": ("identityPic",),
        },
    ),
    "synjones": Vendor(
        "synjones",
        8989,
        (),
        "/api/ReadMsg?waitTime={seconds}&readOnce=1",
        (),
        lambda answer: str(answer.get("code")) == "0",
        {
            "name": ("name",),
            "name_latin": ("EngName",),
            "sex": ("sex",),
            "ethnicity": ("nation",),
            "birth_date": ("born",),
            "address": ("address",),
            "number": ("cardno",),
            "authority": ("police",),
            "valid_from": ("userlifeb",),
            "valid_to": ("userlifee",),
            "photo": ("photobase64",),
            "permit_number": ("PassID",),
            "issues": ("IssuesTimes",),
        },
    ),
    "zkteco": Vendor(
        "zkteco",
        24010,
        (),
        "/ZKIDROnline/ScanReadIdCardInfo?OP-DEV=1&CMD-URL=4",
        (),
        lambda answer: str(answer.get("ret")) == "0",
        {
            "name": ("Certificate.Name",),
            "name_latin": ("Certificate.EnglishName",),
            "sex": ("Certificate.Sex",),
            "ethnicity": ("Certificate.Nation",),
            "birth_date": ("Certificate.Birthday",),
            "address": ("Certificate.Address",),
            "number": ("Certificate.IDNumber",),
            "authority": ("Certificate.IDIssued", "Certificate.IssuedBy"),
            "valid_from": ("Certificate.IssuedData", "Certificate.ValidFrom"),
            "valid_to": ("Certificate.ValidDate", "Certificate.ValidTo"),
            "photo": ("Certificate.Base64Photo", "Certificate.Photo"),
        },
    ),
}


@dataclass(frozen=True)
class VendorSource:
    """The driver for one maker's service. `port` is another than the maker's only where the office set it so."""

    vendor: Vendor
    port: int = 0

    def status(self) -> ReaderStatus:
        """Whether the service answers; what lies on the reader only a read tells. Never raises."""
        try:
            with socket.create_connection((HOST, self.port or self.vendor.port), CONNECT_SECONDS):
                return ReaderStatus("no_card", self.vendor.name, (self.vendor.name,))
        except OSError:
            return ReaderStatus("no_reader")

    def read(self, timeout: float) -> CardReading:
        """Read the card, the service waiting up to `timeout` seconds for one. Raises ReaderError."""
        if not _lock.acquire(timeout=timeout):
            raise ReaderError("reader_busy", "another window of this server")
        try:
            for path in self.vendor.before:
                self._need(self._call(path, timeout), "no_reader")
            try:
                answer = self._call(self.vendor.read.format(seconds=max(1, round(timeout))), timeout)
            finally:
                for path in self.vendor.after:
                    self._call(path, timeout)
        finally:
            _lock.release()
        self._need(answer, "timeout")
        return self._reading(answer)

    def _need(self, answer: Mapping[str, Any], otherwise: str) -> None:
        if not self.vendor.succeeded(answer):
            raise ReaderError(otherwise, "the service refuses")

    def _reading(self, answer: Mapping[str, Any]) -> CardReading:
        values = {field: _first(answer, keys) for field, keys in self.vendor.fields.items()}
        raw = json.dumps(answer, ensure_ascii=False).encode()
        try:
            return reading_of(values, today=_today(), source=self.vendor.name, raw=raw)
        except FieldsError as error:
            raise ReaderError("bad_data", str(error)) from None

    def _call(self, path: str, timeout: float) -> Mapping[str, Any]:
        # Straight to the loopback address: a proxy of the environment plays no part.
        connection = http.client.HTTPConnection(HOST, self.port or self.vendor.port, timeout=timeout + 2)
        try:
            connection.request("GET", path)
            content = connection.getresponse().read(LONGEST)
        except ConnectionError:
            raise ReaderError("no_reader", "the service does not run") from None
        except TimeoutError:
            raise ReaderError("timeout", "the service does not answer") from None
        except (OSError, http.client.HTTPException) as error:
            raise ReaderError("read_failed", type(error).__name__) from None
        finally:
            connection.close()
        return _object(content)


def _object(content: bytes) -> Mapping[str, Any]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            answer = json.loads(content.decode(encoding))
        except ValueError:
            continue
        if isinstance(answer, dict):
            return answer
    raise ReaderError("bad_data", "the service's answer is no JSON object")


def _first(answer: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value: Any = answer
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, str | int):
            return str(value)
    return ""


def _today() -> date:
    return datetime.now(UTC).astimezone().date()
