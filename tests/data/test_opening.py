"""Several open a new SQLite file at the same moment: all of them get in."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier, Timer

from data.engine import Database

ROOT = Path(__file__).parents[2]
ROUNDS = 60
AT_ONCE = 8


def mode_of(path: Path, together: Barrier | None = None) -> object:
    """What a database says once it was opened."""
    with closing(Database(f"sqlite:///{path}")) as database:
        if together is not None:
            together.wait(10)
        with database.engine.connect() as connection:
            return connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()


def test_whoever_opens_a_file_that_somebody_else_is_writing_its_first_row_into_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as first:
        first.execute("BEGIN IMMEDIATE")
        first.execute("CREATE TABLE kept (number INTEGER)")
        Timer(0.3, first.execute, ["COMMIT"]).start()
        assert mode_of(path) == "wal"


def test_threads_that_open_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number in range(ROUNDS):
            path, together = tmp_path / f"{number}.db", Barrier(AT_ONCE)
            assert set(pool.map(mode_of, [path] * AT_ONCE, [together] * AT_ONCE)) == {"wal"}


def test_processes_that_open_new_files_at_once_all_get_in(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "tests.data.opening", str(tmp_path), str(ROUNDS))
    began = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _number in range(4)
    ]
    for process in began:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
    for process in began:
        assert process.stdin
        process.stdin.close()
    for process in began:
        with process:
            assert process.stdout
            assert process.stdout.read() == ""
        assert process.returncode == 0
