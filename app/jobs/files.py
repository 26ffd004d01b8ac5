"""The files of a job: sealed in the database, a piece at a time, so that no file is ever whole in memory or on disk."""

import io
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from app.jobs.queue import UNFINISHED
from app.jobs.schedule import periodic
from data.clock import database_now
from data.engine import Database
from data.models import Job, JobFilePart

PART_BYTES = 1024 * 1024
KEPT = timedelta(days=7)
"""Files of a job go this long after it ended."""


def store(db: Session, job_id: uuid.UUID, name: str, content: BinaryIO) -> int:
    """Keep a file of the job; returns its size."""
    size = 0
    for number in range(1 << 20):
        piece = content.read(PART_BYTES)
        if not piece:
            break
        db.add(JobFilePart(job_id=job_id, name=name, part=number, size=len(piece), content=piece))
        db.flush()
        size += len(piece)
    return size


def remove(db: Session, job_id: uuid.UUID, name: str) -> None:
    """Take a file away, if it is there."""
    db.execute(delete(JobFilePart).where(JobFilePart.job_id == job_id, JobFilePart.name == name))


def size_of(db: Session, job_id: uuid.UUID, name: str) -> int | None:
    """Bytes of a file; None when there is none."""
    return db.scalar(select(func.sum(JobFilePart.size)).where(JobFilePart.job_id == job_id, JobFilePart.name == name))


def pieces(database: Database, job_id: uuid.UUID, name: str) -> Iterator[bytes]:
    """The file, a piece at a time, each in a short read of its own."""
    for number in range(1 << 20):
        piece = _piece(database, job_id, name, number)
        if piece is None:
            return
        yield piece


def _piece(database: Database, job_id: uuid.UUID, name: str, number: int) -> bytes | None:
    mine = (JobFilePart.job_id == job_id, JobFilePart.name == name, JobFilePart.part == number)
    with database.read() as db:
        return db.scalar(select(JobFilePart.content).where(*mine))


class JobFileReader(io.RawIOBase):
    """A file of a job for reading, with seeking, as zip archives need it."""

    def __init__(self, database: Database, job_id: uuid.UUID, name: str) -> None:
        self._database, self._job_id, self._name = database, job_id, name
        with database.read() as db:
            self._size = size_of(db, job_id, name) or 0
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        number, start = divmod(self._at, PART_BYTES)
        if self._held[0] != number:
            self._held = (number, _piece(self._database, self._job_id, self._name, number) or b"")
        piece = self._held[1][start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


class JobFileWriter(io.RawIOBase):
    """A file of a job for writing, from its beginning to its end; `close` keeps what is left."""

    def __init__(self, database: Database, job_id: uuid.UUID, name: str) -> None:
        self._database, self._job_id, self._name = database, job_id, name
        self._number = 0
        self._held = bytearray()
        with database.write() as db:
            remove(db, job_id, name)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        self._held += content
        while len(self._held) >= PART_BYTES:
            self._keep(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]
        return len(content)

    def close(self) -> None:
        if not self.closed and self._held:
            self._keep(bytes(self._held))
            self._held.clear()
        super().close()

    def _keep(self, piece: bytes) -> None:
        part = JobFilePart(job_id=self._job_id, name=self._name, part=self._number, size=len(piece), content=piece)
        with self._database.write() as db:
            db.add(part)
        self._number += 1


@periodic("job-files", every=timedelta(hours=1))
def remove_old(database: Database) -> None:
    """Remove the files of jobs that ended long ago, and of drafts that nobody began."""
    with database.write() as db:
        db.execute(delete(JobFilePart).where(JobFilePart.job_id.in_(long_ended(db))))


def long_ended(db: Session) -> Select[uuid.UUID]:
    """Jobs whose files are no longer kept."""
    before = database_now(db) - KEPT
    return select(Job.id).where(Job.state.not_in(UNFINISHED), func.coalesce(Job.ended_at, Job.created_at) < before)
