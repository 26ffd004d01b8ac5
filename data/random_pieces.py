"""Random bytes of the operating system, drawn many at a time: a row that is written needs three pieces, and each question
for one takes as long as SQLite for a statement."""

import os

DRAWN_AT_ONCE = 256


class RandomPieces:
    """Random pieces of some bytes, each given once."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._kept: list[bytes] = []
        if hasattr(os, "register_at_fork"):  # Windows has no forks
            os.register_at_fork(after_in_child=self._kept.clear)  # else two processes would give the same

    def take(self) -> bytes:
        """A piece that nobody was given before."""
        try:
            return self._kept.pop()
        except IndexError:
            drawn, length = os.urandom(self._length * DRAWN_AT_ONCE), self._length
            self._kept.extend(drawn[start : start + length] for start in range(length, len(drawn), length))
            return drawn[:length]
