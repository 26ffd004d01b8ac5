"""An import's page: what may be done with a table that was checked, and that it follows its job."""

import io

import pytest
import streamlit

from app.access.rights import SYSTEM
from app.jobs import (
    catalogue,  # noqa: F401  registers the kinds of jobs
    worker,
)
from app.transfer import imports
from app.ui import import_view, job_progress
from app.ui.import_view import next_step
from data.engine import Database
from data.models import ImportRun
from tests.people import NUMBER

TABLE = (
    f"公民证件号码,报建编号,项目名称,合同类型,担任职务,专业名称\r\n{NUMBER},A1,某大厦,施工总承包,项目经理,建筑工程\r\n"
)


@pytest.mark.parametrize(
    ("added", "changed", "wrong", "told"),
    [
        (3, 0, 2, "开始导入"),
        (0, 1, 0, "开始导入"),
        (0, 0, 2, "在表格里标出问题"),
        (0, 0, 0, ""),
    ],
)
def test_a_table_of_which_nothing_can_be_taken_still_comes_back_marked(
    added: int, changed: int, wrong: int, told: str
) -> None:
    assert next_step(ImportRun(added=added, changed=changed, wrong=wrong)) == told


class Again(Exception):
    """The page was run anew."""


@pytest.mark.usefixtures("dossier")
def test_a_check_or_an_import_that_ends_while_the_page_is_drawn_is_shown_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> None:
        raise Again

    monkeypatch.setattr(job_progress, "database", lambda: database)
    monkeypatch.setattr(streamlit, "rerun", again)
    with database.write() as db:
        sent = imports.upload(db, SYSTEM, "projects", "list.csv", io.BytesIO(TABLE.encode()))
        check = imports.check(db, SYSTEM, sent.id, sent.columns, update_known=False)
    for job in (check, sent.id):
        with database.read() as db:
            before = imports.get(db, SYSTEM, sent.id)
        worker.run_now(database, job)
        with pytest.raises(Again):
            (import_view._draft if job == check else import_view._started)(SYSTEM, before)
        with database.write() as db:
            if job == check:
                imports.start(db, SYSTEM, sent.id)
