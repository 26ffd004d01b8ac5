"""Files of jobs: sealed, read back as they were, removed when they are old."""

import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from app.access.rights import SYSTEM
from app.jobs import files, queue
from app.jobs.registry import KINDS, Kind
from data.clock import database_now
from data.engine import Database
from data.models import Job


@pytest.fixture
def job_id(database: Database, monkeypatch: pytest.MonkeyPatch) -> uuid.UUID:
    monkeypatch.setitem(KINDS, "quiet", Kind("quiet", lambda _running: {}, resumable=False))
    with database.write() as db:
        return queue.enqueue(db, SYSTEM, "quiet", {}).id


def test_a_file_comes_back_as_it_was_and_lies_sealed(
    database: Database, job_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PART_BYTES", 1000)
    content = bytes(range(256)) * 13 + "身份证号".encode()
    with database.write() as db:
        assert files.store(db, job_id, "upload", io.BytesIO(content)) == len(content)
    assert b"".join(files.pieces(database, job_id, "upload")) == content
    with database.read() as db:
        stored = db.execute(text("SELECT content FROM job_file_part ORDER BY part")).scalars().all()
    assert len(stored) == 4
    assert all(content[:50] not in bytes(part) for part in stored)


def test_an_archive_is_written_and_read_in_pieces(
    database: Database, job_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PART_BYTES", 700)
    numbers = " ".join(str(number**3) for number in range(2000))
    with files.JobFileWriter(database, job_id, "made") as written, zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", numbers)
        archive.writestr("b.txt", "b")
    with io.BufferedReader(files.JobFileReader(database, job_id, "made")) as read, zipfile.ZipFile(read) as archive:
        assert archive.read("b.txt") == b"b"
        assert archive.read("a.txt").decode() == numbers


def test_files_of_jobs_that_ended_long_ago_are_removed(database: Database, job_id: uuid.UUID) -> None:
    with database.write() as db:
        files.store(db, job_id, "upload", io.BytesIO(b"x"))
    files.remove_old(database)
    with database.write() as db:
        assert files.size_of(db, job_id, "upload") == 1
        long_ago = database_now(db) - files.KEPT - timedelta(hours=1)
        db.execute(update(Job).values(state="done", ended_at=long_ago))
    files.remove_old(database)
    with database.read() as db:
        assert files.size_of(db, job_id, "upload") is None
