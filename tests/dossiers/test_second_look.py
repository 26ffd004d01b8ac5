"""Documents typed in: the number twice, or another clerk."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app import preferences
from app.access.rights import Actor, Role
from app.dossiers import second_look
from app.dossiers import service as dossiers
from app.errors import FieldErrors, UserError
from data.engine import Database
from data.models import Dossier, PendingEntry
from data.models.base import new_id
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, MOBILE

PASSPORT: dict[str, Any] = {
    **IDENTITY,
    "document_type": "passport",
    "number": "E12345678",
    "valid_to": date(2030, 1, 1),
}
OTHER_CLERK = Actor(Role.CLERK, new_id(), name="另一位")


@pytest.fixture
def by_two(database: Database) -> Iterator[None]:
    with database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"second_clerk": True})
    return iter(())


def enter(database: Database, again: str = "", **change: Any) -> dossiers.Opened | PendingEntry:
    with database.write() as db:
        return second_look.enter(
            db, CLERK, {**PASSPORT, **change}, number_again=again, photo=b"portrait", mobile=MOBILE
        )


def files(database: Database) -> list[str]:
    with database.read() as db:
        return [dossier.number for dossier in db.scalars(select(Dossier))]


def test_the_same_number_twice_opens_the_file(database: Database) -> None:
    assert isinstance(enter(database, " e1234 5678"), dossiers.Opened)
    assert files(database) == ["E12345678"]


@pytest.mark.parametrize("again", ["", "E12345679", "E1234567"])
def test_another_number_the_second_time_is_told_with_all_other_mistakes(database: Database, again: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        enter(database, again, name="")
    assert refused.value.fields == {
        "name": "请填写姓名",
        "number_again": "两次填写的证件号码不一致，请对照证件重新填写",
    }
    assert files(database) == []


@pytest.mark.usefixtures("by_two")
def test_with_two_clerks_the_second_opens_the_file(database: Database) -> None:
    entry = enter(database)
    assert isinstance(entry, PendingEntry)
    assert files(database) == []
    with database.read() as db:
        ((waiting, _clerk),) = second_look.waiting(db, OTHER_CLERK)
        assert waiting.photo == b"portrait"
    with database.write() as db:
        opened = second_look.confirm(db, OTHER_CLERK, entry.id, "e12345678")
    with database.read() as db:
        kept = dossiers.view(db, CLERK, opened.dossier.id)
        assert {key: getattr(kept, key) for key in PASSPORT} == PASSPORT
        assert (kept.photo, kept.mobile, kept.source) == (b"portrait", f"+86{MOBILE}", "manual")
        assert second_look.waiting(db, CLERK) == []


@pytest.mark.usefixtures("by_two")
def test_nobody_confirms_an_entry_of_their_own_or_with_another_number(database: Database) -> None:
    entry = enter(database)
    assert isinstance(entry, PendingEntry)
    for actor, number, code in ((CLERK, "E12345678", "same_clerk"), (OTHER_CLERK, "E12345679", "number_differs")):
        with database.write() as db, pytest.raises(UserError) as refused:
            second_look.confirm(db, actor, entry.id, number)
        assert refused.value.code == code
    assert files(database) == []


@pytest.mark.usefixtures("by_two")
def test_an_entry_sent_back_is_gone(database: Database) -> None:
    entry = enter(database)
    assert isinstance(entry, PendingEntry)
    with database.write() as db:
        second_look.withdraw(db, OTHER_CLERK, entry.id)
    with database.write() as db, pytest.raises(UserError) as refused:
        second_look.confirm(db, OTHER_CLERK, entry.id, "E12345678")
    assert refused.value.code == "gone"


@pytest.mark.usefixtures("by_two")
def test_mistakes_are_told_to_who_enters_not_to_who_confirms(database: Database) -> None:
    with pytest.raises(FieldErrors) as refused:
        enter(database, name="", number="E1")
    assert set(refused.value.fields) == {"name"}
