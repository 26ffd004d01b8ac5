"""Finding people: each search of the list beside the bare SQL that reads the same rows, alternating, on SQLite."""

import os
import sqlite3
import statistics
import time
from pathlib import Path

from app.access.rights import SYSTEM
from app.dossiers import search
from app.dossiers.reindex import reindex
from app.dossiers.terms import term
from app.dossiers.wanted import Wanted
from bench.population import fill, person_number
from data import migrate
from data.engine import Database
from data.keys import load_keyring, new_keyring, save_keyring
from data.vault import install_vault

HOME = Path("var/bench")
RUNS = 40
GOAL_MS = 10.0
COLUMNS = "id, name, number, mobile, state, self_service"
SEARCHES = {
    "list": Wanted(),
    "one character": Wanted("王"),
    "two characters": Wanted("建国"),
    "three characters": Wanted("王建国"),
    "initials": Wanted("wjg"),
    "part of a company": Wanted("宏达安装"),
    "no hit": Wanted("没有人"),
    "document number": Wanted(person_number(777)),
    "four filters": Wanted(holds=("work", "education", "titles"), state="login"),
}
TERMS = {"one character": ("name", "王"), "two characters": ("name", "建国"), "initials": ("initials", "wjg")}


def run() -> bool:
    """Print the 95th percentile of each search and its ratio to bare SQL; whether all are within 10 ms."""
    people = int(os.environ.get("BENCH_SIZE", "10000"))
    database, path = _prepared(people)
    print(f"  {people} people, SQLite; milliseconds; bare: the same first 50 rows by index, not decrypted")
    good = True
    for name, wanted in SEARCHES.items():
        ours, bare = _measured(database, path, name, wanted)
        p95 = statistics.quantiles(ours, n=20)[-1]
        ratio = f"{statistics.median(ours) / statistics.median(bare):6.1f} × bare" if bare else ""
        print(f"  {name:18} median {statistics.median(ours):7.2f}  p95 {p95:7.2f}  {ratio}")
        good &= p95 <= GOAL_MS
    database.close()
    return good


def _prepared(people: int) -> tuple[Database, Path]:
    HOME.mkdir(parents=True, exist_ok=True)
    keys, path = HOME / "keyring.json", HOME / f"people-{people}.db"
    if not keys.exists():
        save_keyring(new_keyring(), keys)
    install_vault(load_keyring(keys))
    made = path.exists()
    database = Database(f"sqlite:///{path.resolve()}")
    migrate.upgrade(database.engine)
    if not made:
        with database.write() as db:
            fill(db, people)
        with database.write() as db:
            reindex(db, SYSTEM)
    return database, path


def _measured(database: Database, path: Path, name: str, wanted: Wanted) -> tuple[list[float], list[float]]:
    bare_db = sqlite3.connect(path)
    ours, bare = [], []
    for _run in range(RUNS):
        began = time.perf_counter()
        with database.read() as db:
            search.page(db, SYSTEM, wanted)
        ours.append(1000 * (time.perf_counter() - began))
        if name in TERMS or name == "list":
            began = time.perf_counter()
            _bare(bare_db, name)
            bare.append(1000 * (time.perf_counter() - began))
    bare_db.close()
    return ours, bare


def _bare(database: sqlite3.Connection, name: str) -> None:
    if name == "list":
        database.execute(f"SELECT {COLUMNS} FROM dossier ORDER BY id DESC LIMIT 50").fetchall()  # noqa: S608
        return
    kind, value = TERMS[name]
    query = "SELECT owner_id FROM search_posting WHERE term = ? ORDER BY owner_id DESC LIMIT 50"
    ids = [bytes(row[0]).hex() for row in database.execute(query, (term(kind, value),))]  # type: ignore[arg-type]
    marks = ",".join("?" * len(ids))
    database.execute(f"SELECT {COLUMNS} FROM dossier WHERE id IN ({marks})", ids).fetchall()  # noqa: S608
