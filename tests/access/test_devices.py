"""Browsers that somebody logged in with."""

import uuid

from app.access import devices
from data.engine import Database


def test_each_log_in_gives_the_browser_another_token_and_the_former_one_is_worthless(database: Database) -> None:
    person = uuid.uuid4()
    with database.write() as db:
        first = devices.remember(db, "", person)
        second = devices.remember(db, first, person)
        assert devices.known_to(db, first) == frozenset()
        assert devices.known_to(db, second) == {person}


def test_a_browser_of_several_people_knows_all_of_them(database: Database) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    with database.write() as db:
        token = devices.remember(db, devices.remember(db, "", one), other)
        assert devices.known_to(db, token) == {one, other}


def test_a_planted_token_is_not_taken_over(database: Database) -> None:
    person = uuid.uuid4()
    with database.write() as db:
        assert devices.remember(db, "planted by somebody", person) != "planted by somebody"
        assert devices.known_to(db, "planted by somebody") == frozenset()


def test_five_browsers_are_kept_for_a_person(database: Database) -> None:
    person = uuid.uuid4()
    with database.write() as db:
        tokens = [devices.remember(db, "", person) for _time in range(7)]
        assert [bool(devices.known_to(db, token)) for token in tokens] == [False] * 2 + [True] * 5
