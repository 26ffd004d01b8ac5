"""A large import runs beside the server, in a process of its own, which stops with the server."""

import io
import os
import signal
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access.rights import SYSTEM
from app.database import key_path
from app.jobs import worker
from app.jobs.registry import KINDS
from app.jobs.running import Running
from app.transfer import import_jobs, imports, preparing
from app.transfer.checking import Candidate
from data.engine import Database
from data.keys import save_keyring
from data.models import Job, Project
from data.vault import vault
from tests.jobs.test_queue import wait_for
from tests.people import NUMBER
from tests.transfer.conftest import Send, counts, csv_text

Wait = Callable[[uuid.UUID, Callable[[Job], bool]], Job]
ROWS = 6_000
KILLED_AT = 1_000
HEADINGS = ("证件号码", "报建编号", "项目名称", "合同类型", "担任职务", "专业名称")


def only_elsewhere(_running: Running) -> dict[str, object]:
    raise AssertionError("in the server's own process")


def is_done(job: Job) -> bool:
    return job.state == "done"


@pytest.fixture
def wait(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Lets a server work until a job of an import is so; this process cannot run such a job."""
    monkeypatch.setenv("CONGYE_HOME", str(tmp_path))
    monkeypatch.setenv("CONGYE_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    save_keyring(vault().keyring, key_path(tmp_path))
    monkeypatch.setattr(preparing, "LARGE_BYTES", 1024)
    for name in (imports.CHECK, imports.IMPORT):
        monkeypatch.setitem(KINDS, name, replace(KINDS[name], run=only_elsewhere))

    def work(job_id: uuid.UUID, is_so: Callable[[Job], bool]) -> Job:
        server = worker.Worker(database, poll_seconds=0.02)
        server.start()
        try:
            return wait_for(database, job_id, lambda job: is_so(job) or job.state == "failed", seconds=60)
        finally:
            server.stop()

    return work


@pytest.fixture
def kills(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lets large imports have a second process, and kills it when some rows are taken; the processes that were killed."""
    killed: list[int] = []
    take = import_jobs._Work._take

    def taken(work: import_jobs._Work, plan: preparing.Plan, batch: list[Candidate], rows: int) -> None:
        if rows == KILLED_AT:
            for process in children():
                os.kill(process, signal.SIGKILL)
                killed.append(process)
        take(work, plan, batch, rows)

    monkeypatch.setattr(preparing, "LARGE_BYTES", 1024)
    monkeypatch.setattr(preparing, "_cores", lambda: 2)
    monkeypatch.setattr(import_jobs._Work, "_take", taken)
    return killed


def children() -> list[int]:
    """The processes that make rows ready for this one."""
    found = [each for task in Path("/proc/self/task").iterdir() for each in (task / "children").read_text().split()]
    return [int(each) for each in found if "app.beside" in Path(f"/proc/{each}/cmdline").read_text("utf-8")]


@pytest.mark.usefixtures("dossier")
def test_an_import_whose_second_process_is_killed_goes_on_without_it(
    database: Database, send: Send, kills: list[int]
) -> None:
    # A row in three is there twice, and the second time far below: what is known of earlier rows is not lost with the process.
    numbers = [*range(ROWS // 2), *range(0, ROWS // 2, 3)]
    rows = [HEADINGS, *((NUMBER, f"A{at}", "某工程", "施工总承包", "项目经理", "建筑工程") for at in numbers)]
    done = send("projects", csv_text(rows).encode())
    assert kills
    assert (done.job.state, counts(done)) == ("done", {"added": ROWS // 2, "unchanged": len(numbers) - ROWS // 2})
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Project)) == ROWS // 2


@pytest.mark.usefixtures("dossier")
def test_a_large_import_stops_with_its_server_and_goes_on_with_the_next(database: Database, wait: Wait) -> None:
    rows = [HEADINGS, *((NUMBER, f"A{at}", "某工程", "施工总承包", "项目经理", "建筑工程") for at in range(ROWS))]
    with database.write() as db:
        sent = imports.upload(db, SYSTEM, "projects", "list.csv", io.BytesIO(csv_text(rows).encode()))
        check = imports.check(db, SYSTEM, sent.id, sent.columns, update_known=False)
    assert wait(check, is_done).state == "done"
    with database.write() as db:
        imports.start(db, SYSTEM, sent.id)
    wait(sent.id, lambda job: job.done > 0)
    with database.read() as db:
        left = db.get_one(Job, sent.id)
        assert (left.state, left.holder) == ("queued", None)
        assert db.scalar(select(func.count()).select_from(Project)) == left.done < ROWS
    assert wait(sent.id, is_done).state == "done"
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Project)) == ROWS
