"""The kinds of jobs. `@job("import")` declares one; `app.jobs.catalogue` imports every module that does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.jobs.running import Running

Run = Callable[[Running], dict[str, Any]]
"""Does the work and returns its result, small enough for one row."""
Asked = Callable[[Running], bool]


def _never(_running: Running) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """A kind of job. A resumable one goes on from its last checkpoint when the server that ran it is gone.

    `is_long` tells of which runs pages would notice: a server gives those to a process of their own.
    """

    name: str
    run: Run
    resumable: bool
    is_long: Asked = _never


KINDS: dict[str, Kind] = {}


def kind_of(name: str) -> Kind:
    """The kind of this name. Jobs are put in before the server's background work has begun, and imported what it needs."""
    if name not in KINDS:
        from app.jobs import catalogue  # noqa: F401, PLC0415  it registers them all

    return KINDS[name]


def job(name: str, *, resumable: bool = False, is_long: Asked = _never) -> Callable[[Run], Run]:
    """Declare the function that runs jobs of the kind `name`."""

    def declare(run: Run) -> Run:
        KINDS[name] = Kind(name, run, resumable, is_long)
        return run

    return declare
