"""import and export on the command line."""

import csv
import os
from pathlib import Path

import openpyxl
import pytest

from app.cli import parser
from app.commands import OK, USER_ERROR
from app.commands import transfer as commands
from data.engine import Database
from data.models import Dossier
from tests.people import NUMBER
from tests.transfer.conftest import csv_text

ROWS = [("证件号", "报建编号", "项目名称"), (NUMBER, "0001", "某楼"), (NUMBER, "", "某桥")]


@pytest.fixture(autouse=True)
def _installed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "database", lambda: database)


def run(*arguments: str | os.PathLike[str]) -> int:
    given = parser().parse_args([str(argument) for argument in arguments])
    code: int = given.run(given)
    return code


def test_a_table_goes_in_its_problems_come_back_and_it_goes_out_again(
    dossier: Dossier, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_bytes(csv_text(ROWS).encode("gb18030"))
    assert run("import", "projects", tmp_path / "in.csv", "--check") == USER_ERROR
    assert "1 added, 0 changed, 0 unchanged, 0 skipped, 1 wrong" in capsys.readouterr().out
    assert run("import", "projects", tmp_path / "in.csv", "--marked", tmp_path / "marked.xlsx") == USER_ERROR
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx").active
    assert sheet["B3"].comment.text == "请填写报建编号"
    assert run("export", "projects", tmp_path / "out.csv", "--columns", "filing_number,name") == OK
    exported = list(csv.reader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert exported == [["报建编号", "项目名称"], ["0001", "某楼"]]
    (tmp_path / "again.csv").write_bytes(csv_text(ROWS[:2]).encode())
    assert run("import", "projects", tmp_path / "again.csv") == OK
    assert "0 added, 0 changed, 1 unchanged" in capsys.readouterr().out
