"""Which rows of a table came before: kept on disk in a private temporary database, as digests."""

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

_NOTE = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)"


class Seen:
    """Remembers rows by key and content. Digests are keyed by a number that dies with the process."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(16)
        # An empty name is a nameless file on disk that SQLite removes by itself.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("CREATE TABLE seen (key BLOB PRIMARY KEY, content BLOB, row INTEGER) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def all_new(self, rows: Sequence[tuple[int, object, object]]) -> bool:
        """Note rows by number, key and content; whether none came before, which is nearly always and quickly known."""
        noted = [(self._digest(key), self._digest(content), row) for row, key, content in rows]
        return self._database.executemany(_NOTE, noted).rowcount == len(noted)

    def earlier(self, row: int, key: object, content: object) -> tuple[int, bool] | None:
        """Note a row; the number of the earlier row with the same key, and whether its content is the same."""
        digests = self._digest(key), self._digest(content)
        if self._database.execute(_NOTE, (*digests, row)).rowcount:
            return None
        found = self._database.execute("SELECT content, row FROM seen WHERE key = ?", digests[:1]).fetchone()
        return None if found[1] == row else (int(found[1]), found[0] == digests[1])

    def _digest(self, value: object) -> bytes:
        return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), key=self._secret, digest_size=16).digest()
