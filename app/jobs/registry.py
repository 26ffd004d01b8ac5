"""The kinds of jobs. `@job("import")` declares one; `app.jobs.catalogue` imports every module that does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.jobs.running import Running

Run = Callable[[Running], dict[str, Any]]
"""Does the work and returns its result, small enough for one row."""


@dataclass(frozen=True)
class Kind:
    """A kind of job. A resumable one goes on from its last checkpoint when the server that ran it is gone."""

    name: str
    run: Run
    resumable: bool


KINDS: dict[str, Kind] = {}


def job(name: str, *, resumable: bool = False) -> Callable[[Run], Run]:
    """Declare the function that runs jobs of the kind `name`."""

    def declare(run: Run) -> Run:
        KINDS[name] = Kind(name, run, resumable)
        return run

    return declare
