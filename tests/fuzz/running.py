"""Running a target on many inputs: no error but its own, none that takes longer than a second."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fuzz.targets import Target

LONGEST_SECONDS = 1.0
SLOWER = 4
"""A case that took too long is timed again, up to so often: another program may have had the processor."""


@dataclass(frozen=True)
class Finding:
    """An input that a target cannot stand, to be kept as a test."""

    target: str
    content: bytes
    problem: str


def fuzz(target: Target, cases: int, seed: int) -> Iterator[Finding]:
    """What was found in so many cases."""
    chance = random.Random(seed)
    seeds = target.seeds()
    for _case in range(cases):
        content = target.mutate(seeds, chance)
        problem = tried(target, content)
        if problem:
            yield Finding(target.name, content, problem)


def tried(target: Target, content: bytes) -> str:
    """What is wrong with how the target takes an input; empty when nothing is."""
    seconds = 0.0
    for _time in range(SLOWER):
        begun = time.process_time()
        try:
            target.run(content)
        except target.allowed:
            pass
        except Exception as error:  # noqa: BLE001  whatever comes is what is looked for
            return f"{type(error).__name__}: {error}"
        seconds = time.process_time() - begun
        if seconds <= LONGEST_SECONDS:
            return ""
    return f"took {seconds:.1f} s"
