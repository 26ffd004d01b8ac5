"""The phone's pad: five minutes, once, while the log-in that showed the code lives."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.access import sessions
from app.access.rights import Actor, Role
from app.errors import Forbidden, UserError
from app.signatures import pads
from app.signatures import service as signatures
from app.signatures.drawn import drawing
from data.clock import database_now
from data.engine import Database
from data.models import Dossier, SignaturePad
from tests.signatures.test_drawn import WAVE

DRAWN = drawing([WAVE])


@pytest.fixture
def present(database: Database, dossier: Dossier) -> Actor:
    """The person with a log-in."""
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "visit", Role.PRACTITIONER, dossier.id)
        redeemed = sessions.redeem(db, "visit", ticket)
        assert redeemed is not None
        return sessions.who(db, redeemed[0]).actor


def token_of(database: Database, actor: Actor) -> str:
    with database.write() as db:
        return pads.issue(db, actor, actor.dossier_id)


def refused(database: Database, token: str) -> bool:
    with database.read() as db:
        assert pads.holder(db, token) is None
    with pytest.raises(UserError) as caught, database.write() as db:
        pads.use(db, token, DRAWN)
    return caught.value.code == "pad_ended"


def test_a_signature_comes_in_once(database: Database, present: Actor) -> None:
    token = token_of(database, present)
    with database.write() as db:
        holder = pads.holder(db, token)
        assert holder is not None
        assert holder.dossier_id == present.dossier_id
        assert not pads.is_used(db, token)
        pads.use(db, token, DRAWN)
    with database.read() as db:
        assert pads.is_used(db, token)
        kept = signatures.current(db, present, present.dossier_id)
        assert kept is not None
        assert kept.signature == DRAWN.png
        assert signatures.current_png(db, present, present.dossier_id) == DRAWN.png
    assert refused(database, token)


def test_after_five_minutes_it_is_over(database: Database, present: Actor) -> None:
    token = token_of(database, present)
    with database.write() as db:
        db.execute(update(SignaturePad).values(expires_at=database_now(db) - timedelta(seconds=1)))
    assert refused(database, token)


def test_logging_out_on_the_desktop_ends_it(database: Database, present: Actor) -> None:
    token = token_of(database, present)
    with database.write() as db:
        sessions.end(db, present.session_id)
    assert refused(database, token)


def test_a_made_up_token_opens_nothing(database: Database, present: Actor) -> None:
    token_of(database, present)
    assert refused(database, "x")


def test_without_a_log_in_there_is_no_code(database: Database, owner: Actor) -> None:
    with pytest.raises(Forbidden), database.write() as db:
        pads.issue(db, owner, owner.dossier_id)
    with database.read() as db:
        assert db.scalar(select(SignaturePad.id)) is None
