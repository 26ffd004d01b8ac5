"""Finding people: each search of the list beside the bare SQL that reads the same rows by the same index."""

import json
import statistics
import uuid
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import text

from app.access.rights import SYSTEM
from app.dashboard import overview
from app.dossiers import search
from app.dossiers.terms import term
from app.dossiers.wanted import Cursor, Wanted
from bench.bare_sql import Ask, bare
from bench.home import on_postgresql, prepared, size
from bench.population import person_mobile, person_number
from bench.rows import Row, alone, in_turns
from data.engine import Database
from data.models.dossier import mobile_index, number_index

RUNS = 60
MOST_MS, MOST_LIST_MS, MOST_BARE, MOST_DEEP = 10.0, 2.0, 3.0, 1.2
DEEP_PAGE = 10_000
COLUMNS = "id, name, number, mobile, state, self_service"
FOUR = Wanted(holds=("work", "education", "titles"), state="login")
OLDER = {
    "newest first": Wanted(state="filed", age_from=62),
    "by name": Wanted(state="filed", age_from=62, order="name"),
    "by day of expiry": Wanted(state="filed", age_from=62, order="expiry"),
}
"""Conditions without a name that thousands fulfil."""
PART = "宏达安装"
SEARCHES = {
    "“王”": Wanted("王"),
    "“王”, by name": Wanted("王", order="name"),
    "“王”, by name, from the end": Wanted("王", order="name_down"),
    "“建国”": Wanted("建国"),
    "“建国”, by name": Wanted("建国", order="name"),
    "“王建国”": Wanted("王建国"),
    "“王建”, by name": Wanted("王建", order="name"),
    "“王建国”, by name": Wanted("王建国", order="name"),
    "initials “wjg”": Wanted("wjg"),
    "pinyin “wangjian”, by name": Wanted("wangjian", order="name"),
    f"part of a company, “{PART}”": Wanted(PART),
    "no hit": Wanted("没有人"),
}


def run() -> list[Row]:
    """Every search, the exact finds, the first page and a deep one, on both databases."""
    at = prepared()
    rows = _measured(at.database, "SQLite")
    at.database.close()
    with on_postgresql() as database:
        rows += _measured(database, "PostgreSQL")
    return rows


def _measured(database: Database, kind: str) -> list[Row]:
    rows = []
    with bare(database) as ask:
        partners = _bare_searches(ask, database.engine.dialect.name)
        for name, wanted in SEARCHES.items():
            ours = _page(database, wanted)
            if name in partners:
                times = in_turns(ours, partners[name], RUNS)
                rows.append(times.row(f"find {name}", "bare best SQL, nothing decrypted", most=MOST_BARE))
            else:
                times = alone(ours, RUNS)
            rows.append(times.within(f"find {name}", MOST_MS))
    rows += [_floor(database), *_exact(database), *_lists(database)]
    for name, older in OLDER.items():
        rows.append(_without_goal(f"people list, state and age, {name}", _page(database, older), 20))
    rows.append(_dashboard(database))
    return [replace(row, work=f"{row.work}, {kind}") for row in rows]


def _page(database: Database, wanted: Wanted) -> Callable[[], search.Page]:
    def read() -> search.Page:
        with database.read() as db:
            return search.page(db, SYSTEM, wanted)

    return read


def _bare_searches(ask: Ask, dialect: str) -> dict[str, Callable[[], object]]:
    """What somebody would write by hand who knows the index."""
    by = _in_two_steps if dialect == "sqlite" else _in_one_step
    return {
        **{f"“{name}”": by(ask, "term = %s", term("name", name)) for name in ("王", "建国", "王建国")},
        "initials “wjg”": by(ask, "term = %s", term("initials", "wjg")),
        "no hit": by(ask, "term = %s", term("name", "没有人")),
    }


def _in_two_steps(ask: Ask, condition: str, *values: object) -> Callable[[], object]:
    """One statement for the ids, one for their rows: SQLite keeps an id as bytes here, as text there."""
    query = f"SELECT owner_id FROM search_posting p WHERE {condition} ORDER BY owner_id DESC LIMIT 50"  # noqa: S608

    def read() -> object:
        ids = [bytes(row[0]).hex() for row in ask(query, values)]
        return ask(
            f"SELECT {COLUMNS} FROM dossier WHERE id IN (SELECT value FROM json_each(%s))",  # noqa: S608
            (json.dumps(ids),),
        )

    return read


def _in_one_step(ask: Ask, condition: str, *values: object) -> Callable[[], object]:
    page = f"SELECT owner_id FROM search_posting p WHERE {condition} ORDER BY owner_id DESC LIMIT 50"  # noqa: S608
    query = f"SELECT {COLUMNS} FROM dossier JOIN ({page}) page ON id = owner_id"  # noqa: S608
    return lambda: ask(query, values)


def _floor(database: Database) -> Row:
    """What every read costs before it asks anything: a session, a connection of the pool, a transaction."""

    def nothing() -> None:
        with database.read() as db:
            db.connection()

    return _without_goal("an empty transaction of the pool", nothing, RUNS)


def _exact(database: Database) -> list[Row]:
    """By ID number and by mobile, beside the one indexed statement on the same pool, in a transaction as ours."""
    found = []
    index = size() * 7 // 10
    for name, column, value, typed in (
        ("ID number", "number_index", number_index(person_number(index)), person_number(index)),
        ("mobile", "mobile_index", mobile_index(person_mobile(index)), person_mobile(index)[3:]),
    ):
        query = text(f"SELECT {COLUMNS} FROM dossier WHERE {column} = :value")  # noqa: S608

        def indexed(query: object = query, value: bytes = value) -> object:
            with database.read() as db:
                return db.execute(query, {"value": value}).all()  # type: ignore[call-overload]

        times = in_turns(_page(database, Wanted(typed)), indexed, RUNS)
        found.append(times.row(f"find by {name}, through the one box", "bare indexed SQL, same pool", most=MOST_BARE))
    return found


def _lists(database: Database) -> list[Row]:
    found = []
    for name, wanted in (("people list", Wanted()), ("people list, four filters", FOUR)):
        deep, page = _deep(database, wanted)
        times = in_turns(_page(database, deep), _page(database, wanted), RUNS)
        found.append(times.row(f"{name}, page {page:,}", "its page 1", most=MOST_DEEP))
        found.append(times.within(f"{name}, page {page:,}", MOST_LIST_MS))
        found.append(alone(_page(database, wanted), RUNS).within(f"{name}, page 1", MOST_LIST_MS))
    return found


def _dashboard(database: Database) -> Row:
    """All figures counted anew; the page keeps them for a minute."""

    def counted() -> None:
        with database.read() as db:
            overview.counted(db)

    return _without_goal("figures of the dashboard, counted anew", counted, 20)


def _without_goal(name: str, work: Callable[[], object], runs: int) -> Row:
    times = alone(work, runs)
    return Row(name, statistics.median(times.ours), times.p95)


def _deep(database: Database, wanted: Wanted) -> tuple[Wanted, int]:
    """The search at page 10,000, or at its last page where there are not so many; and that page's number."""
    ends: list[uuid.UUID] = []
    total, page = 0, search.PAGE_SIZE
    with database.read() as db:
        for ids in search.ids(db, SYSTEM, wanted, page * 20):
            total += len(ids)
            ends += ids[page - 1 :: page]
            if len(ends) >= DEEP_PAGE:
                break
    before = [end for number, end in enumerate(ends, 1) if number * page < total][: DEEP_PAGE - 1]
    return (wanted.at(Cursor("", before[-1])) if before else wanted), len(before) + 1
