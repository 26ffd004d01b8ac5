"""A practitioner who is logged in, without and with an authenticator app."""

import pytest

from app.access.rights import Actor
from data.engine import Database
from data.models import Dossier
from tests.access.apps import logged_in, switch_on


@pytest.fixture
def person(database: Database, dossier: Dossier) -> Actor:
    """The test's person, logged in."""
    return logged_in(database, dossier.id)


@pytest.fixture
def enrolled(database: Database, person: Actor) -> Actor:
    """The same, with the app switched on."""
    switch_on(database, person)
    return person
