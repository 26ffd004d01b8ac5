"""Jobs: run once whatever the number of servers, taken up after a server's death, cancelled, followed."""

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.access.rights import SYSTEM, Actor, Role
from app.errors import UserError
from app.jobs import queue, worker
from app.jobs.registry import KINDS, job
from app.jobs.running import LeaseLost, Running
from data.clock import database_now
from data.engine import Database
from data.models import Job
from tests.people import REVIEWER


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """What a test declares is gone after it."""
    before = dict(KINDS)
    yield
    KINDS.clear()
    KINDS.update(before)


def put(database: Database, kind: str, actor: Actor = SYSTEM, **parameters: Any) -> uuid.UUID:
    with database.write() as db:
        return queue.enqueue(db, actor, kind, parameters).id


def look(database: Database, job_id: uuid.UUID) -> Job:
    with database.read() as db:
        return queue.follow(db, SYSTEM, job_id)


def wait_for(database: Database, job_id: uuid.UUID, is_so: Callable[[Job], bool], seconds: float = 15) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so(found := look(database, job_id)):
            return found
        time.sleep(0.02)
    raise AssertionError(f"{found.state} {found.done}/{found.total} {found.message}")


def expire(database: Database, job_id: uuid.UUID) -> None:
    """As if the server that runs it had died a while ago."""
    with database.write() as db:
        past = database_now(db) - timedelta(seconds=1)
        db.execute(update(Job).where(Job.id == job_id).values(lease_until=past))


def test_a_job_runs_in_the_background_and_leaves_its_result(database: Database) -> None:
    @job("greet")
    def greet(running: Running) -> dict[str, Any]:
        running.report(1, 2, "half")
        return {"said": f"hello {running.parameters['name']}"}

    job_id = put(database, "greet", name="张三")
    at_work = worker.Worker(database, poll_seconds=0.05)
    at_work.start()
    ended = wait_for(database, job_id, lambda found: found.state == "done")
    at_work.stop()
    assert (ended.result, ended.done, ended.total) == ({"said": "hello 张三"}, 1, 2)
    assert ended.lease_until is None


def test_a_long_job_runs_also_where_no_process_can_be_started_and_so_does_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    job("long", is_long=lambda _running: True)(lambda _running: {"pid": os.getpid()})
    job("short")(lambda _running: {"pid": os.getpid()})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    at_work = worker.Worker(database, poll_seconds=0.05)
    at_work.start()
    for kind in ("long", "short"):
        ended = wait_for(database, put(database, kind), lambda found: found.state == "done", seconds=5)
        assert ended.result == {"pid": os.getpid()}
    at_work.stop()


def test_several_servers_never_run_a_job_twice(database: Database) -> None:
    ran: list[int] = []

    @job("count")
    def count(running: Running) -> dict[str, Any]:
        ran.append(running.parameters["number"])
        return {}

    ids = [put(database, "count", number=number) for number in range(12)]
    servers = [worker.Worker(database, poll_seconds=0.02) for _server in range(4)]
    for server in servers:
        server.start()
    for job_id in ids:
        wait_for(database, job_id, lambda found: found.state == "done")
    for server in servers:
        server.stop()
    assert sorted(ran) == list(range(12))


def test_one_of_many_claims_at_once_gets_the_job(database: Database) -> None:
    job("quiet")(lambda _running: {})
    job_id = put(database, "quiet")
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _n: queue.claim(database, job_id), range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_a_killed_servers_job_goes_on_from_its_checkpoint(database: Database) -> None:
    @job("steps", resumable=True)
    def steps(running: Running) -> dict[str, Any]:
        return {"began_at": running.done}

    job_id = put(database, "steps")
    first = queue.claim(database, job_id)
    assert first is not None
    with database.write() as db:
        first.checkpoint(db, 40, 100)
    assert queue.claim(database, job_id) is None, "its lease still holds"
    expire(database, job_id)
    worker.run_now(database, job_id)
    assert look(database, job_id).result == {"began_at": 40}


def test_the_dead_servers_run_can_write_nothing_more(database: Database) -> None:
    job("steps", resumable=True)(lambda _running: {})
    job_id = put(database, "steps")
    first = queue.claim(database, job_id)
    expire(database, job_id)
    second = queue.claim(database, job_id)
    assert first is not None
    assert second is not None
    with pytest.raises(LeaseLost), database.write() as db:
        first.checkpoint(db, 99)
    queue.end(first, "failed", "too late")
    queue.end(second, "done", result={})
    assert (look(database, job_id).state, look(database, job_id).done) == ("done", 0)


def test_a_job_that_cannot_go_on_is_reported_as_interrupted(database: Database) -> None:
    job("once")(lambda _running: {})
    job_id = put(database, "once")
    queue.claim(database, job_id)
    expire(database, job_id)
    worker.run_now(database, job_id)
    found = look(database, job_id)
    assert (found.state, found.message) == ("interrupted", "运行这项任务的服务器中断了，请重新开始")


def test_a_job_that_kills_its_server_every_time_is_given_up(database: Database) -> None:
    job("deadly", resumable=True)(lambda _running: {})
    job_id = put(database, "deadly")
    for _server in range(queue.MOST_RUNS):
        assert queue.claim(database, job_id) is not None
        expire(database, job_id)
    assert queue.claim(database, job_id) is None
    assert look(database, job_id).state == "interrupted"


def test_a_server_that_stops_gives_its_job_back(database: Database) -> None:
    @job("long", resumable=True)
    def long(running: Running) -> dict[str, Any]:
        for step in range(running.done + 1, 1000):
            with running.database.write() as db:
                running.checkpoint(db, step, 1000)
            time.sleep(0.01)
        return {}

    job_id = put(database, "long")
    at_work = worker.Worker(database, poll_seconds=0.02)
    at_work.start()
    wait_for(database, job_id, lambda found: found.done > 2)
    at_work.stop()
    stopped = look(database, job_id)
    assert (stopped.state, stopped.holder, stopped.runs) == ("queued", None, 0)
    assert stopped.done > 2


def test_cancelling_ends_a_running_job_at_its_next_checkpoint(database: Database) -> None:
    @job("endless")
    def endless(running: Running) -> dict[str, Any]:
        step = 0
        while True:
            step += 1
            with running.database.write() as db:
                running.checkpoint(db, step)
            time.sleep(0.005)

    job_id = put(database, "endless")
    at_work = worker.Worker(database, poll_seconds=0.02)
    at_work.start()
    wait_for(database, job_id, lambda found: found.done > 0)
    with database.write() as db:
        queue.cancel(db, SYSTEM, job_id)
    wait_for(database, job_id, lambda found: found.state == "cancelled")
    at_work.stop()


def test_a_waiting_job_is_cancelled_at_once(database: Database) -> None:
    job("quiet")(lambda _running: {})
    job_id = put(database, "quiet")
    with database.write() as db:
        queue.cancel(db, SYSTEM, job_id)
    assert queue.claim(database, job_id) is None
    assert look(database, job_id).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "message"), [(UserError("no", "文件坏了"), "文件坏了"), (ValueError("130XXXXXXXX"), "程序出错")]
)
def test_a_failure_is_told_without_what_it_was_about(database: Database, error: Exception, message: str) -> None:
    @job("bad")
    def bad(_running: Running) -> dict[str, Any]:
        raise error

    job_id = put(database, "bad")
    worker.run_now(database, job_id)
    found = look(database, job_id)
    assert found.state == "failed"
    assert found.message.startswith(message)
    assert "130XXXXXXXX" not in found.message


def test_a_job_is_its_owners_and_the_administrators(database: Database) -> None:
    job("quiet")(lambda _running: {})
    job_id = put(database, "quiet", REVIEWER)
    other = Actor(Role.REVIEWER, uuid.uuid4())
    with database.read() as db:
        assert queue.follow(db, REVIEWER, job_id).id == job_id
        assert [found.id for found in queue.listing(db, REVIEWER, ("quiet",))] == [job_id]
        assert queue.listing(db, other, ("quiet",)) == []
        with pytest.raises(UserError, match="gone"):
            queue.follow(db, other, job_id)


def test_a_locked_accounts_job_does_not_run(database: Database) -> None:
    ran = threading.Event()

    @job("quiet")
    def quiet(_running: Running) -> dict[str, Any]:
        ran.set()
        return {}

    job_id = put(database, "quiet", REVIEWER)
    worker.run_now(database, job_id)
    assert look(database, job_id).state == "failed"
    assert not ran.is_set()
