"""What the tests of imports share: tables of projects, what came of them, and undo."""

from typing import Any

from app.access.rights import SYSTEM
from app.jobs import files, worker
from app.records import service as records
from app.transfer import imports
from data.engine import Database
from data.models import Dossier, category
from tests.people import NUMBER
from tests.transfer.conftest import look

HEAD = ("公民证件号码", "姓名", "报建编号", "项目名称", "合同类型", "担任职务", "专业名称")
GOOD = (NUMBER, "张三丰", "0102SH0001", "某大厦", "施工总承包", "项目经理", "建筑工程")
OTHERS = (NUMBER, "张三丰", "0102SH0002", "某桥", "", "", "")


def projects(database: Database, dossier: Dossier) -> list[Any]:
    """The projects of a file, in the order they came."""
    with database.read() as db:
        return list(records.listing(db, SYSTEM, dossier.id, category("projects")))


def result_of(database: Database, sent: imports.Import) -> bytes:
    """The office's workbook with its marks."""
    return b"".join(files.pieces(database, sent.run.id, imports.RESULT))


def undo(database: Database, sent: imports.Import) -> dict[str, Any]:
    """Take an import back; what became of its rows."""
    with database.write() as db:
        undo_id = imports.undo(db, SYSTEM, sent.run.id)
    worker.run_now(database, undo_id)
    found = look(database, sent.run.id).undo
    assert found is not None
    assert found.state == "done", found.message
    assert found.result is not None
    return found.result
