"""Killed at random moments, the installation keeps every change that a client saw saved, whole, once, with its trail.

The short form; `make torture` kills hundreds of times.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from data.models import Skill
from tests.torture import harness, surroundings
from tests.torture.installation import installed

KILLS, CLIENTS, SEED = 2, 2, 20


@pytest.fixture
def home() -> Iterator[Path]:
    with surroundings.folder() as folder:
        yield folder


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_saved_is_lost_when_server_and_database_are_killed(kind: str, home: Path) -> None:
    with installed(kind, home, people=CLIENTS) as installation:
        outcome = harness.torture(installation, kills=KILLS, clients=CLIENTS, seed=SEED)
        assert (outcome.kills, outcome.broken) == (KILLS, [])
        assert outcome.saved


@pytest.mark.timeout(600)
def test_the_harness_finds_a_change_that_got_lost(home: Path) -> None:
    with installed("sqlite", home, people=1) as installation:
        workers = harness.workers_of(installation, 1)
        stop_after = harness.Countdown(acts=3)
        workers[0].work(stop_after, seed=SEED)
        assert harness.broken_promises(installation, workers) == []
        with installation.site.database.write() as db:
            name = next(name for name, row in workers[0].rows.items() if row.value)
            assert db.scalar(select(Skill.id).where(Skill.name == name))
            db.execute(delete(Skill).where(Skill.name == name))
        assert any(name in each for each in harness.broken_promises(installation, workers))
