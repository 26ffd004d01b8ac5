"""Our part of a read at the window: from the block to the page's data, and to the file kept; the exchange is not ours."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from app.access.rights import SYSTEM, Actor, Role
from app.demo import load
from app.demo.cards import card
from app.demo.people import DemoPerson, demo_people
from app.demo.portraits import portrait
from app.dossiers import batches
from app.dossiers import service as dossiers
from app.dossiers.photo import card_photo
from app.dossiers.reading import identity_of, warnings_of
from bench.rows import Row
from data.engine import Database
from data.models import IntakeBatch
from data.models.base import new_id
from devices.resident_card import CardReading, parse_block
from devices.virtual_cards import block_of

Result = TypeVar("Result")
KNOWN, CARDS = 1000, 200
MOST_MILLISECONDS = 30.0
"""Of the whole of our part, in the middle of all cards."""


def run() -> list[Row]:
    """The medians of the steps and their sum."""
    with tempfile.TemporaryDirectory() as folder:
        # The settings are read once: the benchmark's own home, nothing of the operator's.
        os.environ["CONGYE_HOME"] = folder
        os.environ.pop("CONGYE_DATABASE_URL", None)
        from app.database import migrate_database  # noqa: PLC0415  reads the settings
        from app.settings import Settings  # noqa: PLC0415

        database = migrate_database(Settings(home=Path(folder)))
        medians = _measure(database)
        database.close()
    total = sum(medians.values())
    steps = [Row(name, milliseconds) for name, milliseconds in medians.items()]
    goal = f"≤ {MOST_MILLISECONDS:.0f} ms"
    return [*steps, Row("our part of a read", total, goal=goal, holds=total <= MOST_MILLISECONDS)]


def _measure(database: Database) -> dict[str, float]:
    people = [person for person in demo_people(KNOWN + CARDS * 2) if person.document_type == "resident_id"]
    clerk = Actor(Role.CLERK, new_id())
    with database.write() as db:
        for person in people[:-CARDS]:
            dossiers.open_file(db, SYSTEM, load.identity(person), photo=None, mobile="", source="card")
        batch = batches.start(db, clerk, "")
    picture = portrait(0, "1")
    times: dict[str, list[float]] = {}
    for person in people[-CARDS:]:
        _one(Window(database, clerk, batch), person, picture, times)
    return {name: statistics.median(found) * 1000 for name, found in times.items()}


@dataclass(frozen=True)
class Window:
    """A clerk at a batch."""

    database: Database
    clerk: Actor
    batch: IntakeBatch


def _one(window: Window, person: DemoPerson, picture: bytes, times: dict[str, list[float]]) -> None:
    block = block_of(card(person, "resident_id", None))

    def timed(name: str, step: Callable[[], Result]) -> Result:
        started = time.perf_counter()
        result = step()
        times.setdefault(name, []).append(time.perf_counter() - started)
        return result

    def look_up(reading: CardReading) -> None:
        with window.database.read() as db:
            dossiers.known_person(db, window.clerk, reading.document_type, reading.number)

    def keep(reading: CardReading) -> None:
        with window.database.write() as db:
            batches.take_in(db, window.clerk, window.batch.id, identity_of(reading), photo=picture)

    reading = timed("parse the block", lambda: parse_block(block, today=date.today()))  # noqa: DTZ011  the window's day
    timed("check the photo", lambda: card_photo(picture))
    timed("identity and warnings", lambda: (identity_of(reading), warnings_of(reading)))
    timed("look for the person's file", lambda: look_up(reading))
    timed("keep the file, with its audit row, durably", lambda: keep(reading))
