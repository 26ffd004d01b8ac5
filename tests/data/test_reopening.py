"""SQLite's files become writable again: a server that never rests writes again by itself."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from data.engine import Database
from tests.torture.surroundings import bound_by_permissions, set_writable

ROOT = Path(__file__).parents[2]


def left_by_a_killed_server(home: Path) -> None:
    """A database with its log, as they lie there when nobody closed it."""
    origin = home / "origin.db"
    with closing(Database(f"sqlite:///{origin}")) as database:
        with database.write() as db:
            db.execute(text("CREATE TABLE kept (number INTEGER)"))
            db.execute(text("INSERT INTO kept VALUES (1)"))
        for ending in ("", "-wal", "-shm"):
            shutil.copy(f"{origin}{ending}", home / f"congye.db{ending}")


def test_a_server_started_on_a_read_only_folder_writes_once_it_may_though_it_never_rests(tmp_path: Path) -> None:
    left_by_a_killed_server(tmp_path)
    set_writable(tmp_path, writable=False)
    command = (*bound_by_permissions(), sys.executable, "-m", "tests.data.busy_readers")
    with subprocess.Popen(
        (*command, f"sqlite:///{tmp_path / 'congye.db'}"),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        assert server.stdout.readline() == "attempt to write a readonly database\n"
        set_writable(tmp_path, writable=True)
        server.stdin.close()
        assert server.stdout.readline() == "written\n"
