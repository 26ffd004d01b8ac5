"""What happens to SQLite's file while a server has it open: rebuilt, its connections go on; replaced, nobody reads or writes
past it."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.faults import told
from data.engine import Database
from data.reopening import ReplacedError

COUNT = text("SELECT count(*) FROM kept")
ADD = text("INSERT INTO kept VALUES (1)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "congye.db"


@pytest.fixture
def server(path: Path) -> Iterator[Database]:
    """A database of a thousand rows with connections that are kept between transactions."""
    with closing(Database(f"sqlite:///{path}")) as database:
        with database.write() as db:
            db.execute(text("CREATE TABLE kept (number INTEGER)"))
            db.execute(text("CREATE INDEX ix ON kept (number)"))
            db.execute(
                text(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                    " INSERT INTO kept SELECT i FROM n"
                )
            )
        with database.read() as db:
            assert db.scalar(COUNT) == 1000
        yield database


def moved_over(path: Path, other: Path) -> None:
    other.rename(path)


def taken_away(path: Path, _other: Path) -> None:
    path.unlink()


def taken_away_and_copied(path: Path, other: Path) -> None:
    path.unlink()
    shutil.copy(other, path)


def moved_away(path: Path, _other: Path) -> None:
    path.rename(path.with_suffix(".old"))


WAYS = [moved_over, taken_away, taken_away_and_copied, moved_away]


@pytest.mark.parametrize("way", WAYS)
def test_under_another_file_nobody_reads_what_is_stale_or_writes_what_is_lost(
    server: Database, path: Path, way: Callable[[Path, Path], None]
) -> None:
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE kept (number INTEGER)")
    way(path, other)
    for _again in range(2):
        with pytest.raises(ReplacedError) as refused, server.write() as db:
            db.execute(ADD)
        assert "放回原文件或重新启动" in told(refused.value)
        with pytest.raises(ReplacedError), server.read() as db:
            db.scalar(COUNT)
        with pytest.raises(ReplacedError), server.engine.connect() as connection:
            connection.execute(COUNT)


def test_connections_that_are_opened_meanwhile_are_refused_and_make_no_empty_file(server: Database, path: Path) -> None:
    with server.read() as db:
        db.scalar(COUNT)
        path.unlink()
        with pytest.raises(ReplacedError), server.engine.connect():
            pass
        with pytest.raises(ReplacedError), server.read() as another:
            another.scalar(COUNT)
    assert not path.exists()


def test_put_back_it_goes_on(server: Database, path: Path) -> None:
    moved_away(path, path)
    with pytest.raises(ReplacedError), server.write() as db:
        db.execute(ADD)
    path.with_suffix(".old").rename(path)
    with server.write() as db:
        db.execute(ADD)
    with server.read() as db:
        assert db.scalar(COUNT) == 1001


def test_started_again_it_has_the_new_file_as_it_is_and_the_old_one_lacks_nothing(server: Database, path: Path) -> None:
    other, old = path.with_name("other.db"), path.with_suffix(".old")
    with closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE kept (number INTEGER)")
    path.rename(old)
    moved_over(path, other)
    with pytest.raises(ReplacedError), server.write() as db:
        db.execute(ADD)
    server.close()
    for file, rows in ((path, 0), (old, 1000)):
        with closing(Database(f"sqlite:///{file}")) as again, again.read() as db:
            assert db.scalar(COUNT) == rows
            assert db.scalar(text("PRAGMA integrity_check")) == "ok"


def test_rebuilt_by_another_program_it_is_read_and_written_as_before(server: Database, path: Path) -> None:
    done = threading.Event()
    wrong: list[object] = []
    added = [0]

    def work() -> None:
        while not done.is_set():
            try:
                with server.write() as db:
                    db.execute(ADD)
                added[0] += 1
                with server.read() as db:
                    if db.scalar(COUNT) != 1000 + added[0]:
                        wrong.append("count")
            except DBAPIError as error:
                wrong.append(error)

    busy = threading.Thread(target=work)
    busy.start()
    rebuild = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], 30); [c.execute('VACUUM') for _ in range(20)]"
    subprocess.run((sys.executable, "-c", rebuild, str(path)), check=True, timeout=60)
    done.set()
    busy.join()
    assert wrong == []
    assert added[0] > 0
    with server.read() as db:
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"
        assert db.scalar(COUNT) == 1000 + added[0]
