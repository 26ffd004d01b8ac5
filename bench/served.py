"""The served product over a copy of the benchmarks' database, and a bare Streamlit application beside it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import sessions, staff
from app.access.rights import SYSTEM, Actor, Role
from app.access.tokens import new_token
from app.attachments import service as attachments
from app.attachments.prepared import prepare
from app.records import review
from app.records import service as records
from app.serving import ROOT
from app.ui.cookies import SESSION, Visits
from bench.home import copied, copied_on_postgresql
from bench.results import HOME
from bench.rows import Row
from data.engine import Database
from data.models import Dossier, StaffAccount, category
from data.models.base import new_id
from tests.attachments.pictures import encoded, photo
from tests.browser.site import free_port

START_SECONDS = 120.0
PAUSE_SECONDS = 0.005
PEOPLE = 800
"""These are served: their files are opened, their sessions live."""
IN_REVIEW = {"work": 60, "skills": 30}
"""Records that wait, by category; of skills each with a scan of its own."""
ROWS = 8
READY, BARE_READY = "/api/ready", "/_stcore/health"


@dataclass(frozen=True)
class Installation:
    """A home folder with a database, and the environment of a server over it."""

    database: Database
    environment: dict[str, str]
    people: list[uuid.UUID]
    """Files; the first has `ROWS` work experiences."""

    def cookies(self, who: uuid.UUID | str) -> dict[str, str]:
        """Of whoever has logged in: a practitioner by the file, or staff by user name."""
        with self.database.write() as db:
            role, subject = (Role.PRACTITIONER, who) if isinstance(who, uuid.UUID) else _account(db, who)
            visit = new_token()
            opened = sessions.redeem(db, visit, sessions.issue_ticket(db, visit, role, subject))
        if opened is None:
            raise RuntimeError("a new ticket was refused")
        return {Visits.name: visit, SESSION: opened.token}


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int


@contextmanager
def installed() -> Iterator[Installation]:
    """A production installation over a copy of the benchmarks' database, with staff and records in review."""
    with copied() as database, _home() as home:
        yield _installation(home, database)


@contextmanager
def installed_on_postgresql() -> Iterator[Installation]:
    """The same over a copy of PostgreSQL's."""
    with copied_on_postgresql() as database, _home() as home:
        yield _installation(home, database)


def on_both(measured: Callable[[Installation], list[Row]]) -> list[Row]:
    """What is measured of an installation on either database; the work's name tells on which."""
    return [
        replace(row, work=f"{row.work}, {kind}")
        for kind, install in (("SQLite", installed), ("PostgreSQL", installed_on_postgresql))
        for row in _of(install, measured)
    ]


def _of(
    install: Callable[[], AbstractContextManager[Installation]], measured: Callable[[Installation], list[Row]]
) -> list[Row]:
    with install() as installation:
        return measured(installation)


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="congye-bench-") as folder:
        yield Path(folder)


def _installation(home: Path, database: Database) -> Installation:
    (home / "keys").mkdir()
    shutil.copyfile(HOME / "keyring.json", home / "keys" / "keyring.json")
    # A new installation makes its first backup at once, which is not what is measured here.
    own = {
        "CONGYE_HOME": str(home),
        "CONGYE_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "CONGYE_BACKUP_HOURS": "0",
    }
    return Installation(database, {**os.environ, **own}, _filled(database))


def _filled(database: Database) -> list[uuid.UUID]:
    with database.write() as db:
        # Those who came last: the first ones got more rows whenever saving was measured.
        people = list(db.scalars(select(Dossier.id).order_by(Dossier.id.desc()).limit(PEOPLE)))
        staff.create(db, SYSTEM, "reviewer", "审核员", Role.REVIEWER, new_token())
        _rows_of(db, people[0])
    return people


def fill_queue(installation: Installation) -> None:
    """Let records wait for review."""
    for key, wanted in IN_REVIEW.items():
        owners = iter(installation.people[1:])
        left = wanted
        while left:
            left -= _handed_in(installation.database, next(owners), key, left)


def scan(seed: int) -> bytes:
    """A scanned certificate of its own."""
    return encoded(photo(559, 794, seed), quality=90, dpi=(96, 96))


def _rows_of(db: Session, owner: uuid.UUID) -> None:
    """Let a file have as many work experiences as the bare page has rows."""
    work, actor = category("work"), Actor(Role.PRACTITIONER, owner)
    for number in range(len(records.listing(db, actor, owner, work)), ROWS):
        begun = date(2001 + number, 3, 1)
        typed = {
            "employer": f"云江宏达建筑工程有限公司第{number}分公司", "started_on": begun, "title": "G000",
            "ended_on": begun + timedelta(days=270), "position": "技术员", "major": "建筑工程",
        }  # fmt: skip
        records.create(db, actor, owner, work, new_id(), typed)


def _handed_in(database: Database, owner: uuid.UUID, key: str, seed: int) -> int:
    """How many records were handed in: one, or none where the file has none."""
    of, actor = category(key), Actor(Role.PRACTITIONER, owner)
    scanned = prepare(scan(seed)) if of.attachment else None
    with database.write() as db:
        found = records.listing(db, actor, owner, of)[:1]
        for record in found:
            if scanned is not None:
                attachments.add(db, actor, owner, of, record.id, "扫描件", scanned)
            review.submit(db, actor, owner, of, record.id)
    return len(found)


def _account(db: Session, username: str) -> tuple[Role, uuid.UUID]:
    account = db.scalars(select(StaffAccount).where(StaffAccount.username == username)).one()
    return Role(account.role), account.id


@contextmanager
def both(installation: Installation) -> Iterator[tuple[Server, Server]]:
    """The product and the bare application, both served."""
    with ExitStack() as stack:
        ours = stack.enter_context(served(installation))
        yield ours, stack.enter_context(bare())


@contextmanager
def served(installation: Installation) -> Iterator[Server]:
    """The product as `python -m app serve` runs it."""
    port = free_port()
    environment = {**installation.environment, "CONGYE_PORT": str(port)}
    with _running([sys.executable, "-m", "app", "serve"], environment, port, READY) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    """The bare application under `streamlit run`, with the same settings of Streamlit (`.streamlit/config.toml`)."""
    port = free_port()
    script = Path(__file__).parent / "bare" / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    with _running([*command, "--server.address", "127.0.0.1"], dict(os.environ), port, BARE_READY) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str], port: int, ready: str) -> Iterator[Server]:
    with (HOME / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603  our own
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address + ready, process)
            yield Server(address, process.pid)
        finally:
            process.terminate()
            process.wait()


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until there is an answer. Raises RuntimeError where there is none, or the server ends before."""
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(timeout=5) as client:  # one for each question would take longer than the pause
        while time.monotonic() < deadline and process.poll() is None:
            try:
                client.get(address).raise_for_status()
            except httpx.HTTPError:
                time.sleep(PAUSE_SECONDS)
            else:
                return
    raise RuntimeError("the server did not get ready")


def memory(pid: int) -> int:
    """Resident bytes of a process and all its children; one that has ended meanwhile has none."""
    try:
        status, children = Path(f"/proc/{pid}/status").read_text("ascii"), _children(pid)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    own = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return own + sum(memory(child) for child in children)


def processor_seconds(pid: int) -> float:
    """Of a process, all its children and those of them that ended."""
    times = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK") + sum(processor_seconds(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    return [int(child) for each in Path(f"/proc/{pid}/task").glob("*/children") for child in each.read_text().split()]
