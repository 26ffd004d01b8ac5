"""Lists and searches of people beside other programs, each in an environment of its own, over the same rows.

A peer's time is its whole response, measured in its own process; ours is the service that a page of the list calls.
"""

import json
import sqlite3
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.access.rights import SYSTEM
from app.dossiers import search
from app.dossiers.wanted import Wanted
from bench.home import Prepared, prepared
from bench.results import HOME
from bench.rows import Row, Times, timed
from data.models import Dossier, search_entry

SCRIPTS = Path(__file__).parent / "peers"
LEAST_SEARCH, LEAST_LIST = 25.0, 20.0
RUNS = 7
BATCH = 5_000
QUESTIONS = {
    "“王”": "王",
    "“建国”": "建国",
    "“王建国”": "王建国",
    "part of a company, “宏达安装”": "宏达安装",
    "no hit": "没有人",
}


@dataclass(frozen=True)
class Peer:
    """A program, its script in bench/peers and the packages it needs."""

    name: str
    script: str
    packages: tuple[str, ...]
    finds_companies: bool = True


PEERS = (
    Peer("Django admin", "django_admin.py", ("django",)),
    Peer("Datasette", "datasette_table.py", ("datasette",), finds_companies=False),
    Peer("SQLAdmin", "sqladmin_view.py", ("sqladmin", "sqlalchemy[asyncio]", "httpx")),
    Peer("Flask-Admin", "flask_admin_view.py", ("flask-admin[sqlalchemy]",)),
)


def run() -> list[Row]:
    """Every search and the list, ours in turns with each peer."""
    at = prepared()
    rows_of_theirs = _table(at)
    found: list[Row] = []
    for peer in PEERS:
        with ExitStack() as stack:
            asked = _Asked(stack, peer, rows_of_theirs)
            for name, text in QUESTIONS.items():
                if peer.finds_companies or "company" not in name:
                    found.append(_turns(at, asked, f"find {name}", Wanted(text), LEAST_SEARCH))
            found.append(_turns(at, asked, "people list, page 1", Wanted(), LEAST_LIST))
    at.database.close()
    return found


class _Asked:
    """A peer's process; `milliseconds` of one response, which must show something where ours does."""

    def __init__(self, stack: ExitStack, peer: Peer, rows: Path) -> None:
        command = [str(_environment(peer)), str(SCRIPTS / peer.script), str(rows)]
        pipe = subprocess.PIPE
        self._process = stack.enter_context(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))  # noqa: S603
        stack.callback(self._process.terminate)
        self.name = peer.name

    def milliseconds(self, text: str, expect: str) -> float | None:
        """Ask once; None where the response does not show `expect`. Raises RuntimeError where there is none."""
        assert self._process.stdin  # noqa: S101  pipes
        assert self._process.stdout  # noqa: S101
        self._process.stdin.write(json.dumps({"text": text, "expect": expect}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or "{}")
        if not answer:
            raise RuntimeError(f"{self.name} does not answer")
        return float(answer["ms"]) if answer["found"] else None


def _turns(at: Prepared, asked: _Asked, work: str, wanted: Wanted, least: float) -> Row:
    page = _page(at, wanted)
    shown = page().rows
    expect = shown[0].number if shown else "person"
    ours: Callable[[], object] = page
    asked.milliseconds(wanted.text, expect)
    times = Times()
    for _run in range(RUNS):
        times.ours += [timed(ours) for _again in range(5)]
        milliseconds = asked.milliseconds(wanted.text, expect)
        if milliseconds is None:
            return Row(
                work, statistics.median(times.ours), partner=asked.name, note="its first page lacks our first row"
            )
        times.theirs.append(milliseconds)
    return times.peer(work, asked.name, least=least)


def _page(at: Prepared, wanted: Wanted) -> Callable[[], search.Page]:
    def read() -> search.Page:
        with at.database.read() as db:
            return search.page(db, SYSTEM, wanted)

    return read


def _environment(peer: Peer) -> Path:
    """The interpreter of the peer's environment, made at its first run."""
    folder = HOME / "peers" / peer.script.removesuffix(".py")
    python = folder.resolve() / "bin" / "python"
    ready, wanted = folder / "ready", " ".join(peer.packages)
    if not ready.exists() or ready.read_text("utf-8") != wanted:
        venv.create(folder, with_pip=True, clear=True)
        command = [str(python), "-m", "pip", "install", "--quiet", *peer.packages]
        subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603
        ready.write_text(wanted, "utf-8")
    return python


def _table(at: Prepared) -> Path:
    """The same people in plain text with the indexes that the peers' documentation asks for; kept between runs."""
    path = (HOME / f"plain-{at.people}.db").resolve()
    if path.exists():
        return path
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    plain = sqlite3.connect(making)
    plain.execute("CREATE TABLE person (id TEXT PRIMARY KEY, name, number, mobile, state, companies)")
    _copy(at, plain)
    for column in ("name", "number", "mobile", "state"):
        plain.execute(f"CREATE INDEX person_{column} ON person ({column})")
    plain.execute(
        "CREATE VIRTUAL TABLE person_fts USING fts5 (name, number, mobile, companies, content='person', tokenize='trigram')"
    )
    plain.execute("INSERT INTO person_fts (person_fts) VALUES ('rebuild')")
    plain.commit()
    plain.execute("ANALYZE")
    plain.close()
    making.rename(path)
    return path


def _copy(at: Prepared, plain: sqlite3.Connection) -> None:
    companies = select(search_entry.c.dossier_id, search_entry.c.companies)
    people = select(Dossier.id, Dossier.name, Dossier.number, Dossier.mobile, Dossier.state).order_by(Dossier.id)
    with at.database.read() as db:
        employed = dict(map(tuple, db.execute(companies)))
        for rows in db.execute(people.execution_options(yield_per=BATCH)).partitions():
            values = [(row.id.hex, row.name, row.number, row.mobile or "", row.state, employed[row.id]) for row in rows]
            plain.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)", values)
