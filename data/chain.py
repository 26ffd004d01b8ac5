"""The links of the audit chain: what is authenticated of a row, and with which keyed hash.

    digest = HMAC(contents, canonical [before, after])
    mac    = HMAC(link, mac of the row before | canonical row with its digest)
    seal   = HMAC(head, number | mac of the newest row)

Canonical is JSON with sorted keys and without spaces. The plain values are hashed, not the sealed bytes, so that a
change of encryption keys leaves the chain whole; the digest stands between, so that contents can be erased and the
chain still holds. Whoever has the database but not the key file can make none of the three.
"""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from data.vault import vault

FIRST = bytes(32)
"""Stands in for the mac of the row before the first."""
LINKED = ("number", "at", "actor_id", "actor_role", "session_id", "action", "subject", "subject_id", "dossier_id")
"""Columns that a link authenticates beside the digest."""

Row = Mapping[str, Any]
_linked = itemgetter(*LINKED)


def digest(before: object, after: object) -> bytes:
    """Keyed hash of what a row holds (32 bytes)."""
    return vault().authenticate(_canonical([before, after]), "audit.contents")


def link(previous: bytes, row: Row) -> bytes:
    """The mac of a row (with its digest) that follows the row with the mac `previous`."""
    return vault().authenticate(previous + row["digest"] + _canonical(_linked(row)), "audit.link")


def seal(number: int, mac: bytes) -> bytes:
    """The head's own mac: nobody without the key can make an earlier row the newest."""
    return vault().authenticate(number.to_bytes(8, "big") + mac, "audit.head")


def _canonical(value: object) -> bytes:
    return _AS_JSON.encode(value).encode()


@lru_cache(maxsize=64)
def _plain(value: uuid.UUID | datetime) -> str:
    # The rows of one transaction mostly bear the same moment, actor and file.
    return str(value) if isinstance(value, uuid.UUID) else value.astimezone(UTC).isoformat(timespec="microseconds")


_AS_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
