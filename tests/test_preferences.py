"""Switches that the administrator sets: typed, checked, audited, and seen in time."""

import json
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from app import preferences
from app.access.rights import Action
from app.errors import FieldErrors
from data.engine import Database
from data.models import AuditEntry, Preference
from tests.people import ADMINISTRATOR


def read(database: Database) -> preferences.Preferences:
    with database.read() as db:
        return preferences.current(db)


def test_a_new_installation_has_the_declared_defaults(database: Database) -> None:
    assert read(database) == preferences.Preferences()


def test_a_change_is_seen_at_once_and_is_on_record(database: Database) -> None:
    read(database)
    with database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"review_lease_minutes": 25, "review_needed": ["titles"]})
        assert preferences.current(db).review_lease_minutes == 25
    now = read(database)
    assert (now.review_lease_minutes, now.review_needed) == (25, frozenset({"titles"}))
    with database.read() as db:
        entries = [entry for entry in db.query(AuditEntry) if entry.subject == "preference"]
    assert {entry.action for entry in entries} == {"preference.change"}
    assert {(entry.after or {})["value"] for entry in entries} == {"25", '["titles"]'}


def test_a_change_that_is_rolled_back_is_not_seen(database: Database) -> None:
    with database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"review_lease_minutes": 25})
        db.rollback()
    assert read(database).review_lease_minutes == 10


def test_a_change_in_another_process_is_seen_after_some_seconds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preferences, "FRESH_SECONDS", 60.0)
    read(database)
    with database.write() as db:
        db.info["acting"] = (ADMINISTRATOR, Action.PREFERENCE_CHANGE)
        db.add(Preference(key="review_lease_minutes", value=json.dumps(33)))
    assert read(database).review_lease_minutes == 10
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 61)
    assert read(database).review_lease_minutes == 33


def test_a_change_that_is_kept_asks_for_nothing_more(tmp_path: Path, sqlite_template: Path) -> None:
    """Whoever writes next has the lock by then."""
    path = tmp_path / "congye.db"
    shutil.copy(sqlite_template, path)
    with (
        closing(Database(f"sqlite:///{path}")) as database,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        with database.write() as db:
            db.connection().exec_driver_sql("PRAGMA busy_timeout = 10")
            event.listen(db, "after_commit", lambda _db: other.execute("BEGIN IMMEDIATE"))
            preferences.change(db, ADMINISTRATOR, {"review_lease_minutes": 25})
        assert read(database).review_lease_minutes == 25


@pytest.mark.parametrize("value", [0, 121, "many", None])
def test_a_value_out_of_bounds_is_refused_by_its_name(database: Database, value: object) -> None:
    with pytest.raises(FieldErrors) as refused, database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"review_lease_minutes": value})
    assert "审核人员打开一条信息后保留的分钟数" in refused.value.fields["review_lease_minutes"]


def test_a_switch_of_another_version_is_left_alone(database: Database) -> None:
    with database.write() as db:
        db.info["acting"] = (ADMINISTRATOR, Action.PREFERENCE_CHANGE)
        db.add(Preference(key="of_tomorrow", value="[1]"))
    assert read(database) == preferences.Preferences()


def test_every_switch_is_named_in_both_languages() -> None:
    for key, (switch, _field) in preferences.declared().items():
        assert switch.zh, key
        assert switch.en, key
        assert switch.section.zh, key
        assert switch.section.en, key
