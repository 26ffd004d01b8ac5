"""Adding rows to the audit chain, and finding any row that was changed, removed or put in."""

import hmac
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection, LargeBinary, Row, bindparam, insert, select, type_coerce, update
from sqlalchemy.orm import Session

from data import chain
from data.bulk import FEW, bulk_insert
from data.direct import Direct, Sent
from data.engine import insert_or_leave
from data.flow import flows, together
from data.models import AuditEntry, AuditHead, Base
from data.models.audit import HEAD_ID
from data.models.base import new_id, utc_now
from data.vault import SealedJson, SealedValueError, vault

BROKEN, ERASED = "audit.broken", "dossier.erase"
"""Actions that the check knows: a head that was found tampered with, and contents that were lawfully erased."""

_LOCK_HEAD = Direct(select(AuditHead.number, AuditHead.mac, AuditHead.seal).with_for_update())
_PUT_HEAD = Direct(partial(insert_or_leave, Base.metadata.tables[AuditHead.__tablename__]))
_NEWEST = Direct(select(AuditEntry.number, AuditEntry.mac).order_by(AuditEntry.number.desc()).limit(1))
_INSERT = Direct(insert(Base.metadata.tables[AuditEntry.__tablename__]))
_MOVE_HEAD = Direct(
    update(AuditHead).values(number=bindparam("to_number"), mac=bindparam("to_mac"), seal=bindparam("to_seal"))
)
_SEALED = {name: SealedJson(f"{AuditEntry.__tablename__}.{name}") for name in ("before", "after")}
AHEAD = "audit_head_locked"
Kind = Literal["changed", "removed", "put_in", "head", "anchor"]


@dataclass(frozen=True)
class Problem:
    """Something is wrong at a number of the chain."""

    kind: Kind
    number: int


@dataclass(frozen=True)
class Anchor:
    """The newest row at some time, noted outside the database: nobody can go back behind it unseen."""

    number: int
    mac: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.mac.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read what `str` gave. Raises ValueError."""
        number, _, mac = text.partition(":")
        return cls(int(number), bytes.fromhex(mac))


def ready(row: dict[str, Any]) -> dict[str, Any]:
    """A row with all that does not hang on the rows before it, so that the head is not locked meanwhile."""
    contents = {name: _SEALED[name].sealed(row[name]) for name in _SEALED}
    return {"id": new_id(), **row, "digest": chain.digest(row["before"], row["after"]), **contents}


def lock_ahead(db: Session) -> None:
    """Lock the head with what is sent before it: for the last thing that a transaction locks."""
    db.info[AHEAD] = _LOCK_HEAD.send(db.connection())


def forget(db: Session) -> None:
    """The transaction is undone, and its lock with it."""
    db.info.pop(AHEAD, None)


def append(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Chain and insert rows (without number and mac, `ready` or not) at the end; the head stays locked until the commit."""
    connection = db.connection()
    ahead: Sent | None = db.info.pop(AHEAD, None)
    head = next(iter((ahead or _LOCK_HEAD.send(connection)).rows()), None)
    if head is not None and hmac.compare_digest(head[2], chain.seal(*head[:2])):
        number, mac, _seal = head
        found: list[dict[str, Any]] = []
    else:
        # The work goes on, but no later commit may heal what somebody did to the end of the chain.
        number, mac = _after_tampering(connection)
        found = [_broken_row(number)]
    linked = []
    for row in (*found, *rows):
        number += 1
        whole = row if "digest" in row else ready(row)
        whole["number"] = number
        mac = whole["mac"] = chain.link(mac, whole)
        linked.append(whole)
    head_now = {"to_number": number, "to_mac": mac, "to_seal": chain.seal(number, mac)}
    many = len(linked) > FEW
    with nullcontext() if many or flows(connection) else together(connection):
        if many:
            bulk_insert(connection, Base.metadata.tables[AuditEntry.__tablename__], linked)
        else:
            _INSERT.each(connection, linked)
        _MOVE_HEAD.send(connection, **head_now)


def _after_tampering(connection: Connection) -> tuple[int, bytes]:
    """Number and mac to go on from, with a head in place to be locked."""
    _PUT_HEAD.each(connection, [{"id": HEAD_ID, "number": 0, "mac": chain.FIRST, "seal": chain.FIRST}])
    _LOCK_HEAD.all(connection)
    number, mac = _NEWEST.first(connection) or (0, chain.FIRST)
    return number, mac


def _broken_row(number: int) -> dict[str, Any]:
    nobody = dict.fromkeys(("actor_id", "session_id", "subject_id", "dossier_id", "before"))
    return {
        **nobody,
        "at": utc_now(),
        "actor_role": "system",
        "action": BROKEN,
        "subject": "audit_head",
        "after": {"number": number},
    }


class Check:
    """One walk over the whole chain: iterate for the problems; `seen` and `newest` tell how far it came.

    Others may write meanwhile: the head is read first, and rows beyond it are as good as their links.
    """

    def __init__(self, db: Session, anchor: Anchor | None = None) -> None:
        self.seen = 0
        self.newest = Anchor(0, chain.FIRST)
        self._known = [anchor] if anchor else []
        self._emptied: dict[uuid.UUID, list[int]] = {}
        self._db = db
        self._end = 0

    def __iter__(self) -> Iterator[Problem]:
        query = select(AuditHead.number, AuditHead.mac, AuditHead.seal)
        head = self._db.execute(query).one_or_none()
        sealed = head is not None and hmac.compare_digest(bytes(head.seal), chain.seal(head.number, bytes(head.mac)))
        self._end = head.number if head is not None and sealed else 0
        for row in self._rows():
            self.seen += 1
            yield from self._look_at(row)
            self.newest = Anchor(row.number, bytes(row.mac))
            if head is not None and row.number == self._end and bytes(head.mac) != bytes(row.mac):
                yield Problem("changed", row.number)
        yield from (Problem("changed", number) for numbers in self._emptied.values() for number in numbers)
        if not sealed:
            yield Problem("head", self.newest.number)
        elif self._end > self.newest.number:
            yield Problem("removed", self.newest.number + 1)
        yield from (Problem("anchor", known.number) for known in self._known if known.number > self.newest.number)

    def _rows(self) -> Iterator[Row[Any]]:
        columns = [getattr(AuditEntry, name) for name in (*chain.LINKED, "digest", "mac")]
        sealed = [type_coerce(getattr(AuditEntry, name), LargeBinary).label(name) for name in ("before", "after")]
        query = select(*columns, *sealed).order_by(AuditEntry.number)
        return iter(self._db.execute(query.execution_options(yield_per=500)))

    def _look_at(self, row: Row[Any]) -> Iterator[Problem]:
        expected = self.newest.number + 1
        if row.number > expected:
            yield Problem("removed", expected)
        follows = row.number != expected or hmac.compare_digest(
            bytes(row.mac), chain.link(self.newest.mac, row._asdict())
        )
        if not follows or not self._holds_its_contents(row):
            yield Problem("put_in" if row.number > self._end > 0 or row.number < 1 else "changed", row.number)
        if row.action == BROKEN:
            yield Problem("head", row.number)
        if row.action == ERASED:
            self._emptied.pop(row.dossier_id, None)
        if any(known.number == row.number and known.mac != bytes(row.mac) for known in self._known):
            yield Problem("anchor", row.number)

    def _holds_its_contents(self, row: Row[Any]) -> bool:
        try:
            before, after = (_opened(getattr(row, name), name) for name in ("before", "after"))
        except (SealedValueError, ValueError):
            return False
        if hmac.compare_digest(bytes(row.digest), chain.digest(before, after)):
            return True
        if before is None and after is None and row.dossier_id is not None:
            # Emptied: lawful when a later row says that this person's data were erased.
            self._emptied.setdefault(row.dossier_id, []).append(row.number)
            return True
        return False


def _opened(sealed: bytes | None, name: str) -> object:
    return None if sealed is None else json.loads(vault().open(bytes(sealed), f"audit_entry.{name}"))
