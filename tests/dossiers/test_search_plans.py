"""No search reads a whole table, and a page asks the database the same number of times however many rows it has."""

import re
from typing import Any, get_args

import pytest
from sqlalchemy import text

from app.access.rights import SYSTEM
from app.demo import load
from app.dossiers import parts, search
from app.dossiers.wanted import Cursor, Order, Wanted
from data.engine import Database
from data.models.base import new_id
from tests.plans import plans, statements

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
    Wanted("建国", order="name"),
    Wanted(order="expiry"),
    Wanted(order="expiry", state="login", expires=90),
]


def asked(database: Database, wanted: Wanted, size: int = 50, *, times: int = 1) -> list[tuple[str, Any]]:
    parts.Sizes.known.clear()
    with statements(database) as seen, database.read() as db:
        for _time in range(times):
            search.page(db, SYSTEM, wanted, size)
    return [each for each in seen if each[0].lstrip().startswith("SELECT")]


@pytest.fixture
def filled(database: Database) -> Database:
    load.load(database, 60)
    return database


@pytest.mark.parametrize("many", [0, 5_000])
def test_every_statement_is_served_by_an_index(filled: Database, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("app.dossiers.parts.MANY", "app.dossiers.plan.MANY", "app.dossiers.plan.MANY_SORTED"):
        monkeypatch.setattr(name, many)
    for wanted in SEARCHES:
        for cursor in (None, Cursor("2026-12-01" if wanted.order == "expiry" else "m", new_id())):
            for statement, parameters in asked(filled, wanted.at(cursor), times=2):
                for found in plans(filled, statement, parameters):
                    assert "Seq Scan" not in found, (wanted, found)
                    # Reading on in the order of an index, until the page is full, is no scan; sorting what was read is.
                    if re.search(r"^SCAN search_(entry|expiry|posting)\b", found, re.MULTILINE):
                        assert "TEMP B-TREE FOR ORDER BY" not in found, (wanted, found)
                    assert not re.search(r"^SCAN (dossier|search_company|gram)\b", found, re.MULTILINE), (wanted, found)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL goes by how many there are
@pytest.mark.parametrize("order", get_args(Order))
def test_of_an_age_that_few_have_only_those_are_read(filled: Database, order: Order) -> None:
    asked_for = asked(filled, Wanted(age_from=40, order=order))
    assert asked_for
    for statement, parameters in asked_for:
        found = "\n".join(plans(filled, statement, parameters))
        assert "ix_search_entry_birth_date_dossier_id" in found
        assert "SCAN search_" not in found


def test_a_deep_page_begins_at_its_place_in_every_list(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.dossiers.parts.MANY", 0)
    monkeypatch.setattr("app.dossiers.plan.MANY", 0)
    wanted = Wanted(holds=("work", "education", "titles"), state="login")
    (first, _values), (deep, _its) = (asked(filled, each)[-1] for each in (wanted, wanted.at(Cursor("", new_id()))))
    lists = len(re.findall(r"search_posting(?: AS \w+)? *\n? *WHERE", deep))
    assert lists == 4
    assert (first.count("owner_id <"), deep.count("owner_id <")) == (0, lists)


@pytest.mark.parametrize("text", ["王", "张", "wang"])
def test_a_page_that_follows_is_asked_for_in_one_statement(filled: Database, text: str) -> None:
    first = asked(filled, Wanted(text), 2)
    with statements(filled) as seen, filled.read() as db:
        page = search.page(db, SYSTEM, Wanted(text), 2)
        assert page.rows
        assert page.rows == search.page(db, SYSTEM, Wanted(text), 2).rows
    assert (len(first), len([each for each, _values in seen if "SELECT" in each])) == (2, 2)


def test_a_page_takes_the_same_number_of_statements_whatever_its_size(filled: Database) -> None:
    for wanted in SEARCHES:
        counts = {len(asked(filled, wanted, size)) for size in (2, 10, 50)}
        assert len(counts) == 1
        assert counts.pop() <= 12


@pytest.mark.parametrize(
    ("wanted", "one_plan"),
    [
        (Wanted(), True),
        (Wanted("王"), True),
        (Wanted(holds=("work", "education"), state="login"), True),
        (Wanted("王", order="name"), True),
        (Wanted("王", order="name", holds=("work",)), False),
        (Wanted(order="name", holds=("work",)), False),
        (Wanted(order="expiry"), False),
        (Wanted(age_from=30), False),
    ],
)
def test_what_depends_on_its_values_is_planned_each_time(
    on_postgresql: Database, wanted: Wanted, one_plan: bool
) -> None:
    load.load(on_postgresql, 60)
    kept = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 51%'")
    with on_postgresql.read() as db:
        for _run in range(8):
            search.page(db, SYSTEM, wanted)
        assert bool(db.scalar(kept)) == one_plan
