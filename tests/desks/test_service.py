"""Desks: paired once, believed only with their signature over this session's challenge, revoked for good."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.access.rights import VISITOR, Actor, Role
from app.desks import service as desks
from app.errors import Forbidden, UserError
from data.engine import Database
from data.models import Desk, DeskChallenge
from devices import desk_protocol
from devices.resident_card import parse_block
from devices.virtual_cards import block_of
from tests.devices.cards import RESIDENT
from tests.devices.documents import portrait

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, uuid.uuid4(), uuid.uuid4())
CLERK = Actor(Role.CLERK, uuid.uuid4(), uuid.uuid4())
READING = replace(parse_block(block_of(RESIDENT), today=date(2026, 11, 24), source="pcsc"), photo=portrait())


@pytest.fixture
def paired(database: Database) -> desks.Paired:
    with database.write() as db:
        code = desks.add(db, ADMINISTRATOR, "一号窗口").code
    with database.write() as db:
        return desks.pair(db, VISITOR, code)


def challenge(database: Database, actor: Actor = CLERK) -> str:
    with database.write() as db:
        return desks.challenge(db, actor)


def answer(paired: desks.Paired, challenge: str, *, late: timedelta = timedelta(0)) -> dict[str, Any]:
    payload, moment = desk_protocol.encode(READING), int((datetime.now(UTC) - late).timestamp())
    return {
        "desk": str(paired.desk_id),
        "challenge": challenge,
        "moment": moment,
        "payload": payload,
        "signature": desk_protocol.sign(paired.key, challenge, moment, payload),
    }


def receive(database: Database, given: dict[str, Any], actor: Actor = CLERK) -> desks.Received:
    with database.write() as db:
        return desks.receive(db, actor, given)


def test_a_signed_reading_is_believed_once(database: Database, paired: desks.Paired) -> None:
    given = answer(paired, challenge(database))
    first, second = receive(database, given), receive(database, given)
    assert (first.verified, first.reading.number) == (True, RESIDENT["number"])
    assert first.reading.photo is not None
    assert (second.verified, second.problem) == (False, "读卡请求已过期或已用过")
    with database.read() as db:
        assert db.scalars(select(Desk)).one().seen_at is not None


def test_another_session_and_another_clerk_cannot_use_a_challenge(database: Database, paired: desks.Paired) -> None:
    for other in (replace(CLERK, session_id=uuid.uuid4()), replace(CLERK, subject_id=uuid.uuid4())):
        assert not receive(database, answer(paired, challenge(database)), other).verified


def test_a_challenge_ends_after_a_minute(database: Database, paired: desks.Paired) -> None:
    made = challenge(database)
    with database.write() as db:
        late = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(DeskChallenge).values(expires_at=late))
    assert receive(database, answer(paired, made)).problem == "读卡请求已过期或已用过"


def test_a_forged_reading_is_not_believed(database: Database, paired: desks.Paired) -> None:
    forged = answer(replace(paired, key=bytes(32)), challenge(database))
    assert receive(database, forged).problem == "读卡程序的签名不符"
    changed = answer(paired, challenge(database))
    changed["payload"] = desk_protocol.encode(replace(READING, name="某人"))
    received = receive(database, changed)
    assert (received.verified, received.reading.name) == (False, "某人")


def test_a_clock_that_is_wrong_is_told(database: Database, paired: desks.Paired) -> None:
    received = receive(database, answer(paired, challenge(database), late=timedelta(minutes=6)))
    assert (received.verified, received.problem) == (False, "这台电脑的时间与服务器相差超过 5 分钟")


def test_a_revoked_desk_is_believed_no_more(database: Database, paired: desks.Paired) -> None:
    with database.write() as db:
        desks.revoke(db, ADMINISTRATOR, paired.desk_id)
    assert "撤销" in receive(database, answer(paired, challenge(database))).problem
    with database.read() as db:
        assert [(desk.state, desk.key) for desk in desks.desks(db, ADMINISTRATOR)] == [("revoked", None)]


def test_a_desk_that_nobody_knows_is_not_believed(database: Database, paired: desks.Paired) -> None:
    for desk in (str(uuid.uuid4()), "no id"):
        assert not receive(database, answer(paired, challenge(database)) | {"desk": desk}).verified


@pytest.mark.parametrize("given", [{}, {"desk": 1}, {"error": "no"}, {"payload": "{}"}])
def test_an_answer_that_is_none_is_refused(database: Database, given: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="bad_data"):
        receive(database, given)


def test_a_picture_that_is_none_is_refused(database: Database, paired: desks.Paired) -> None:
    payload = desk_protocol.encode(replace(READING, photo=b"no picture"))
    with pytest.raises(UserError, match="bad_data"):
        receive(database, answer(paired, challenge(database)) | {"payload": payload})


def test_a_pairing_code_is_good_once_and_for_ten_minutes(database: Database) -> None:
    with database.write() as db:
        codes = tuple(desks.add(db, ADMINISTRATOR, name).code for name in ("一号窗口", "二号窗口"))
    with database.write() as db:
        late = datetime.now(UTC) - timedelta(seconds=1)
        db.execute(update(Desk).where(Desk.name == "二号窗口").values(pairing_expires_at=late))
    with database.write() as db:
        spelt = f" {codes[0][:5].lower()}-{codes[0][5:]} "
        assert desks.pair(db, VISITOR, spelt).key
    for code in (*codes, "", "WRONGCODE2"):
        with pytest.raises(Forbidden), database.write() as db:
            desks.pair(db, VISITOR, code)


@pytest.mark.parametrize("name", ["", "  ", "长" * 61])
def test_a_desk_needs_a_name(database: Database, name: str) -> None:
    with pytest.raises(UserError, match="name"), database.write() as db:
        desks.add(db, ADMINISTRATOR, name)


def test_the_key_is_sealed_in_the_database(database: Database, paired: desks.Paired) -> None:
    with database.read() as db:
        stored = db.connection().exec_driver_sql("SELECT key FROM desk").scalar_one()
    assert paired.key not in bytes(stored)
