"""No search reads a whole table, and a page asks the database the same number of times however many rows it has."""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from app.access.rights import SYSTEM
from app.demo import load
from app.dossiers import parts, search
from app.dossiers.wanted import Cursor, Wanted
from data import direct
from data.engine import Database
from data.models.base import new_id

LEVEL = (("skills", "level", "4"),)
SEARCHES = [
    Wanted(),
    Wanted("王"),
    Wanted("建国"),
    Wanted("陈建华"),
    Wanted("wang"),
    Wanted("zh"),
    Wanted("建筑"),
    Wanted("1234"),
    Wanted("13800000001"),
    Wanted(holds=("work", "education"), choices=LEVEL, state="login"),
    Wanted("王", company="建筑", expires=90, age_from=30),
    Wanted(order="name"),
    Wanted("王", order="name", holds=("work",)),
    Wanted(order="expiry"),
    Wanted(order="expiry", state="login", expires=90),
]


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def hear(statement: str, parameters: Any) -> None:
        seen.append((statement, parameters))

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    direct.HEARERS.append(hear)
    yield seen
    direct.HEARERS.remove(hear)
    event.remove(database.engine, "before_cursor_execute", note)


def asked(database: Database, wanted: Wanted, size: int = 50) -> list[tuple[str, Any]]:
    parts.SIZES.__init__()  # type: ignore[misc]
    with statements(database) as seen, database.read() as db:
        search.page(db, SYSTEM, wanted, size)
    return [each for each in seen if each[0].lstrip().startswith("SELECT")]


def plans(database: Database, statement: str, parameters: Any) -> list[str]:
    """How the statement and each statement in it would be answered."""
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "sqlite":
            steps = defaultdict(list)
            for _id, parent, _cost, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                steps[parent].append(step)
            return ["\n".join(each) for each in steps.values()]
        # The tests' tables fit one page, which is always quickest read whole: ask what is there instead of that.
        connection.execute(text("SET enable_seqscan = off"))
        return ["\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))]


@pytest.fixture
def filled(database: Database) -> Database:
    load.load(database, 60)
    return database


@pytest.mark.parametrize("many", [0, 5_000])
def test_every_statement_is_served_by_an_index(filled: Database, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("app.dossiers.parts.MANY", "app.dossiers.plan.MANY"):
        monkeypatch.setattr(name, many)
    for wanted in SEARCHES:
        for cursor in (None, Cursor("2026-12-01" if wanted.order == "expiry" else "m", new_id())):
            for statement, parameters in asked(filled, wanted.at(cursor)):
                for found in plans(filled, statement, parameters):
                    assert "Seq Scan" not in found, (wanted, found)
                    # Reading on in the order of an index, until the page is full, is no scan; sorting what was read is.
                    if re.search(r"^SCAN search_(entry|expiry|posting)\b", found, re.MULTILINE):
                        assert "TEMP B-TREE FOR ORDER BY" not in found, (wanted, found)
                    assert not re.search(r"^SCAN (dossier|search_company|gram)\b", found, re.MULTILINE), (wanted, found)


def test_a_page_takes_the_same_number_of_statements_whatever_its_size(filled: Database) -> None:
    for wanted in SEARCHES:
        counts = {len(asked(filled, wanted, size)) for size in (2, 10, 50)}
        assert len(counts) == 1
        assert counts.pop() <= 12
