"""The dashboard's counts are those of the files at every moment, whatever changed and however they were made."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from app.access.rights import Action
from app.dashboard.overview import counted
from app.demo import load
from app.dossiers import search, tally
from app.dossiers import service as dossiers
from app.dossiers.reindex import reindex
from app.dossiers.service import today
from app.dossiers.wanted import Wanted
from app.records import service as records
from data.engine import Database
from data.models import Dossier, category
from tests.dossiers.finding import SKILL
from tests.people import ADMINISTRATOR, WORK

ALL = ("state", "holds", "choice", "born", "records")


def counts(database: Database) -> dict[Any, dict[str, int]]:
    with database.read() as db:
        return dict(tally.counts(db, *ALL))  # type: ignore[arg-type]


def test_counts_follow_every_change_and_are_those_made_anew(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        rows = [records.import_row(db, ADMINISTRATOR, dossier.id, category("work"), WORK) for _ in range(2)]
    assert counts(database)["holds"] == {"work": 1}
    assert counts(database)["records"] == {"work": 2}
    for left in (1, 0):
        with database.write() as db:
            db.info["acting"] = (ADMINISTRATOR, Action.RECORD_IMPORT)
            db.delete(db.get_one(category("work").model, rows[left].id))
        assert counts(database)["holds"] == ({"work": 1} if left else {})
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    assert counts(database)["state"] == {"closed": 1}
    kept = counts(database)
    with database.write() as db:
        reindex(db, ADMINISTRATOR)
    assert counts(database) == kept


def test_folding_changes_no_count(database: Database) -> None:
    load.load(database, 12)
    before = counts(database)
    with database.write() as db:
        assert tally.fold(db) > 0
    assert counts(database) == before
    with database.write() as db:
        assert tally.fold(db) == 0


def test_who_has_two_certificates_that_end_counts_once(database: Database, dossier: Dossier) -> None:
    for days in (10, 20, 45):
        ends = today() + timedelta(days)
        with database.write() as db:
            records.import_row(db, ADMINISTRATOR, dossier.id, category("skills"), {**SKILL, "valid_to": ends})
    with database.read() as db:
        assert counted(db).expiring == {30: 1, 60: 1, 90: 1}


def test_each_figure_is_the_length_of_the_list_behind_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    load.load(database, 30)
    with database.read() as db:
        seen = counted(db)
        assert seen.people == 30
        assert sum(seen.ages.values()) == 30
        for key, count in seen.holds.items():
            assert search.count(db, ADMINISTRATOR, Wanted(holds=(key,))) == count
        for days, count in seen.expiring.items():
            assert search.count(db, ADMINISTRATOR, Wanted(expires=days, order="expiry")) == count
        for (low, high), count in seen.ages.items():
            assert search.count(db, ADMINISTRATOR, Wanted(age_from=low, age_to=high)) == count
        for choice, count in seen.choices.items():
            name, _, value = choice.partition("=")
            key, _, field = name.partition(".")
            assert search.count(db, ADMINISTRATOR, Wanted(choices=((key, field, value),))) == count
        assert Counter(seen.states).total() == 30
        # A list too long to be counted knows its length where the dashboard does.
        monkeypatch.setattr(search, "MOST_COUNTED", 2)
        assert search.count(db, ADMINISTRATOR, Wanted()) == 30
        assert search.count(db, ADMINISTRATOR, Wanted(holds=("work",), order="name")) == seen.holds["work"]
        assert search.count(db, ADMINISTRATOR, Wanted(state="login")) == seen.states["login"]
        assert search.count(db, ADMINISTRATOR, Wanted(holds=("work", "education"))) == 3
        assert search.count(db, ADMINISTRATOR, Wanted(holds=("work",), age_from=1)) == 3
