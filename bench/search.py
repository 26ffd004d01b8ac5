"""Finding people: each search of the list beside the bare SQL that reads the same rows by the same index."""

import json
import sqlite3
import statistics
import uuid
from collections.abc import Callable

from sqlalchemy import text

from app.access.rights import SYSTEM
from app.dashboard import overview
from app.dossiers import search
from app.dossiers.terms import first_term, term
from app.dossiers.wanted import Cursor, Wanted
from bench.home import Prepared, prepared
from bench.population import person_mobile, person_number
from bench.rows import Row, alone, in_turns
from data.engine import Database
from data.models.dossier import mobile_index, number_index

RUNS = 60
MOST_MS, MOST_LIST_MS, MOST_BARE, MOST_DEEP = 10.0, 2.0, 3.0, 1.2
DEEP_PAGE = 10_000
COLUMNS = "id, name, number, mobile, state, self_service"
FOUR = Wanted(holds=("work", "education", "titles"), state="login")
PART = "宏达安装"
SEARCHES = {
    "“王”": Wanted("王"),
    "“王”, by name": Wanted("王", order="name"),
    "“王”, by name, from the end": Wanted("王", order="name_down"),
    "“建国”": Wanted("建国"),
    "“建国”, by name": Wanted("建国", order="name"),
    "“王建国”": Wanted("王建国"),
    "initials “wjg”": Wanted("wjg"),
    f"part of a company, “{PART}”": Wanted(PART),
    "no hit": Wanted("没有人"),
}


def run() -> list[Row]:
    """Every search, the exact finds, the first page and a deep one."""
    at = prepared()
    bare_db = sqlite3.connect(at.path)
    bare = _bare_searches(bare_db)
    rows = []
    for name, wanted in SEARCHES.items():
        ours = _page(at.database, wanted)
        if name in bare:
            times = in_turns(ours, bare[name], RUNS)
            rows.append(times.row(f"find {name}", "bare best SQL, nothing decrypted", most=MOST_BARE))
        else:
            times = alone(ours, RUNS)
        rows.append(times.within(f"find {name}", MOST_MS))
    rows.append(_floor(at.database))
    rows += _exact(at)
    rows += _lists(at)
    rows.append(_dashboard(at.database))
    bare_db.close()
    at.database.close()
    return rows


def _page(database: Database, wanted: Wanted) -> Callable[[], search.Page]:
    def read() -> search.Page:
        with database.read() as db:
            return search.page(db, SYSTEM, wanted)

    return read


def _bare_searches(database: sqlite3.Connection) -> dict[str, Callable[[], object]]:
    """What somebody would write by hand who knows the index: one statement for the ids, one for their rows."""

    def by(condition: str, *parameters: object) -> Callable[[], object]:
        query = f"SELECT owner_id FROM search_posting p WHERE {condition} ORDER BY owner_id DESC LIMIT 50"  # noqa: S608

        def read() -> object:
            ids = [bytes(row[0]).hex() for row in database.execute(query, parameters)]
            return database.execute(
                f"SELECT {COLUMNS} FROM dossier WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (json.dumps(ids),),
            ).fetchall()

        return read

    pair = "EXISTS (SELECT 1 FROM search_posting q WHERE q.term = ? AND q.owner_id = p.owner_id)"
    one, other = term("name", "王建"), term("name", "建国")
    return {
        "“王”": by("term = ?", first_term("王", "wang")),
        "“建国”": by("term = ?", other),
        "“王建国”": by(f"term = ? AND {pair}", one, other),
        "initials “wjg”": by("term = ?", term("initials", "wjg")),
        "no hit": by(f"term = ? AND {pair}", term("name", "没有"), term("name", "有人")),
    }


def _floor(database: Database) -> Row:
    """What every read costs before it asks anything: a session, a connection of the pool, a transaction."""

    def nothing() -> None:
        with database.read() as db:
            db.connection()

    times = alone(nothing, RUNS)
    return Row("an empty transaction of the pool", statistics.median(times.ours), times.p95)


def _exact(at: Prepared) -> list[Row]:
    """By ID number and by mobile, beside the one indexed statement on the same pool, in a transaction as ours."""
    found = []
    index = at.people * 7 // 10
    for name, column, value, typed in (
        ("ID number", "number_index", number_index(person_number(index)), person_number(index)),
        ("mobile", "mobile_index", mobile_index(person_mobile(index)), person_mobile(index)[3:]),
    ):
        query = text(f"SELECT {COLUMNS} FROM dossier WHERE {column} = :value")  # noqa: S608

        def bare(query: object = query, value: bytes = value) -> object:
            with at.database.read() as db:
                return db.execute(query, {"value": value}).all()  # type: ignore[call-overload]

        times = in_turns(_page(at.database, Wanted(typed)), bare, RUNS)
        found.append(times.row(f"find by {name}, through the one box", "bare indexed SQL, same pool", most=MOST_BARE))
    return found


def _lists(at: Prepared) -> list[Row]:
    found = []
    for name, wanted in (("people list", Wanted()), ("people list, four filters", FOUR)):
        deep, page = _deep(at.database, wanted)
        times = in_turns(_page(at.database, deep), _page(at.database, wanted), RUNS)
        found.append(times.row(f"{name}, page {page:,}", "its page 1", most=MOST_DEEP))
        found.append(times.within(f"{name}, page {page:,}", MOST_LIST_MS))
        found.append(alone(_page(at.database, wanted), RUNS).within(f"{name}, page 1", MOST_LIST_MS))
    return found


def _dashboard(database: Database) -> Row:
    """All figures counted anew; the page keeps them for a minute."""

    def counted() -> None:
        with database.read() as db:
            overview.counted(db)

    times = alone(counted, 20)
    return Row("figures of the dashboard, counted anew", statistics.median(times.ours), times.p95)


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
