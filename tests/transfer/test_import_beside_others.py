"""An import while others write, a file is closed, or its server is killed."""

import threading
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select

from app.access.rights import SYSTEM, Actor, Role
from app.dossiers import service as dossiers
from app.jobs import queue, worker
from app.jobs.running import ShuttingDown
from app.records import adding
from app.records import service as records
from app.transfer import imports, preparing
from data.engine import Database
from data.models import Dossier, ImportProblem, category
from data.models.base import new_id
from tests.people import ADMINISTRATOR, NUMBER, WORK
from tests.transfer.conftest import Send, counts, look, workbook
from tests.transfer.importing import GOOD, HEAD, OTHERS, projects


@pytest.mark.parametrize("step", [(preparing.Preparing, "_compare"), (adding, "standing")])
def test_others_write_while_rows_are_made_ready(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch, step: tuple[ModuleType, str]
) -> None:
    original, written = getattr(*step), []

    def beside_somebody_who_saves(*arguments: Any) -> Any:
        with database.write() as db:
            owner = Actor(Role.PRACTITIONER, dossier.id)
            written.append(records.create(db, owner, dossier.id, category("work"), new_id(), WORK))
        return original(*arguments)

    monkeypatch.setattr(*step, beside_somebody_who_saves)
    sent = send("projects", workbook([HEAD, GOOD, OTHERS]))
    assert written
    assert (sent.job.state, counts(sent)) == ("done", {"added": 2})


def test_a_file_that_is_closed_while_its_rows_are_made_ready_gets_none(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = adding.standing

    def while_somebody_closes_it(*arguments: Any) -> Any:
        monkeypatch.undo()
        with database.write() as db:
            dossiers.close_file(db, ADMINISTRATOR, dossier.id, "重复建档")
        return original(*arguments)

    monkeypatch.setattr(adding, "standing", while_somebody_closes_it)
    sent = send("projects", workbook([HEAD, GOOD, OTHERS, GOOD]))
    assert (sent.job.state, counts(sent)) == ("done", {"wrong": 3})
    assert projects(database, dossier) == []
    with database.read() as db:
        assert "档案已关闭" in str(db.scalars(select(ImportProblem.found)).first())


def test_a_killed_servers_import_goes_on_without_a_row_twice(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "BATCH_ROWS", 2)
    rows = [(NUMBER, "张三丰", f"{number:04}", "某楼", "", "", "") for number in range(7)]
    sent = send("projects", workbook([HEAD, *rows]), run=False)
    with database.write() as db:
        imports.start(db, SYSTEM, sent.run.id)
    first = queue.claim(database, sent.run.id)
    assert first is not None
    original, batches = first.checkpoint, []

    def dies_at_the_third(*arguments: Any, **named: Any) -> None:
        batches.append(1)
        if len(batches) == 3:
            raise ShuttingDown
        original(*arguments, **named)

    monkeypatch.setattr(first, "checkpoint", dies_at_the_third)
    worker.run(first, threading.Event())
    assert len(projects(database, dossier)) == 4
    worker.run_now(database, sent.run.id)
    found = look(database, sent.run.id)
    assert (found.job.state, counts(found), found.job.done) == ("done", {"added": 7}, 7)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(category("projects").model)) == 7
