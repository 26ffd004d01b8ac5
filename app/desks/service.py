"""Desks are added, paired and revoked; readings that they signed are told apart from readings that anybody could send."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, forbidden, requires
from app.access.tokens import new_token, token_hash
from app.dossiers.photo import id_photo
from app.errors import UserError
from app.locale import _
from app.validation import normalise
from data.clock import database_now
from data.models import Desk, DeskChallenge
from devices import desk_protocol
from devices.desk_protocol import ProtocolError, SignedReading
from devices.resident_card import CardReading

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of pairing codes: nothing that looks like something else."""
CODE_LENGTH = 10
PAIRING = timedelta(minutes=10)
CHALLENGE = timedelta(seconds=60)
CLOCKS = timedelta(minutes=5)
"""How far a desk's clock may be from the server's."""
LONGEST_NAME = 60


@dataclass(frozen=True)
class Added:
    """A desk that waits for its agent; the code is shown once."""

    desk: Desk
    code: str


@dataclass(frozen=True)
class Paired:
    """What an agent gets."""

    desk_id: uuid.UUID
    key: bytes


@dataclass(frozen=True)
class Received:
    """A reading that came through the page. Without `verified` anybody at the screen could have made it up."""

    reading: CardReading
    verified: bool
    problem: str = ""


@requires(Action.DESK_MANAGE)
def desks(db: Session, actor: Actor) -> list[Desk]:
    """All desks, the newest first."""
    return list(db.scalars(select(Desk).order_by(Desk.id.desc())))


@requires(Action.DESK_MANAGE)
def add(db: Session, actor: Actor, name: str) -> Added:
    """A new desk with its pairing code, good for ten minutes. Raises UserError (`name`)."""
    name = normalise(name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise UserError("name", _("请填写窗口名称（最多 {most} 个字）").format(most=LONGEST_NAME))
    code = "".join(secrets.choice(LETTERS) for _index in range(CODE_LENGTH))
    desk = Desk(name=name, pairing_hash=token_hash(code), pairing_expires_at=database_now(db) + PAIRING)
    db.add(desk)
    return Added(desk, code)


@requires(Action.DESK_MANAGE)
def revoke(db: Session, actor: Actor, desk_id: uuid.UUID) -> None:
    """Believe a desk no more; its key is forgotten."""
    desk = db.get_one(Desk, desk_id)
    desk.state, desk.key, desk.pairing_hash, desk.pairing_expires_at = "revoked", None, None, None


@requires(Action.DESK_PAIR)
def pair(db: Session, actor: Actor, code: str) -> Paired:
    """Give the agent that knows a code its key, once. Raises Forbidden for a code that is wrong, used or late."""
    tidy = "".join(code.split()).upper().replace("-", "")
    query = select(Desk).where(Desk.pairing_hash == token_hash(tidy), Desk.state == "waiting").with_for_update()
    desk = db.scalar(query)
    if desk is None or desk.pairing_expires_at is None or desk.pairing_expires_at < database_now(db):
        raise forbidden()
    key = secrets.token_bytes(32)
    desk.state, desk.key, desk.pairing_hash, desk.pairing_expires_at = "active", key, None, None
    return Paired(desk.id, key)


@requires(Action.DESK_READ)
def challenge(db: Session, actor: Actor) -> str:
    """What the desk has to sign: good once, for a minute, in this session."""
    if actor.session_id is None or actor.subject_id is None:
        raise forbidden()
    now = database_now(db)
    db.execute(delete(DeskChallenge).where(DeskChallenge.expires_at < now))
    made = new_token()
    db.add(
        DeskChallenge(
            challenge_hash=token_hash(made),
            session_id=actor.session_id,
            subject_id=actor.subject_id,
            expires_at=now + CHALLENGE,
        )
    )
    return made


@requires(Action.DESK_READ)
def receive(db: Session, actor: Actor, answer: Mapping[str, Any]) -> Received:
    """The reading in an agent's answer, verified or with the reason why not. Raises UserError where there is none."""
    try:
        signed = SignedReading.parse(answer)
        reading = _tidy(desk_protocol.decode(signed.payload))
    except (ProtocolError, UserError):
        raise UserError("bad_data", _("读卡程序给出的内容读不出。请重新读卡；仍不行请手工录入")) from None
    problem = _problem(db, actor, signed)
    return Received(reading, not problem, problem)


def _tidy(reading: CardReading) -> CardReading:
    """The picture came over the page: it is decoded and written anew like any other upload."""
    return replace(reading, photo=id_photo(reading.photo, "card.jpg")) if reading.photo else reading


def _problem(db: Session, actor: Actor, signed: SignedReading) -> str:
    now = database_now(db)
    # Used up whatever else is wrong, so that nobody can try twice.
    expires = db.scalar(
        delete(DeskChallenge)
        .where(
            DeskChallenge.challenge_hash == token_hash(signed.challenge),
            DeskChallenge.session_id == actor.session_id,
            DeskChallenge.subject_id == actor.subject_id,
        )
        .returning(DeskChallenge.expires_at)
    )
    if expires is None or expires < now:
        return _("读卡请求已过期或已用过")
    desk = _desk(db, signed.desk)
    if desk is None or desk.key is None:
        return _("这台电脑的读卡程序没有登记，或已被撤销")
    if not signed.fits(desk.key):
        return _("读卡程序的签名不符")
    if abs(now.timestamp() - signed.moment) > CLOCKS.total_seconds():
        return _("这台电脑的时间与服务器相差超过 {minutes} 分钟").format(minutes=round(CLOCKS.total_seconds() / 60))
    db.execute(update(Desk).where(Desk.id == desk.id).values(seen_at=now))
    return ""


def _desk(db: Session, text: str) -> Desk | None:
    try:
        return db.scalar(select(Desk).where(Desk.id == uuid.UUID(text), Desk.state == "active"))
    except ValueError:
        return None
