"""Faults while people work: each comes and goes, the server lives on; what was saved is there, and everybody was told."""

import random
import threading
import time
from collections.abc import Callable

from tests.torture.harness import Outcome, broken_promises, workers_of
from tests.torture.installation import Installation
from tests.torture.troubles import Fault, Moment, Trouble
from tests.torture.worker import Worker

LONGEST_FAULT_SECONDS = 30.0
QUIET_FAULT_SECONDS = 3.0
RECOVERED_SECONDS = 60.0
LOOK_SECONDS = 0.1

Tell = Callable[[str], None]


def suffer(fault: Fault, kind: str, *, clients: int, rounds: int, seed: int, tell: Tell = print) -> Outcome:
    """Let people work while the fault comes and goes `rounds` times; after each round everything is compared."""
    chance, outcome = random.Random(seed), Outcome()
    with fault.made(kind, clients) as (installation, trouble):
        workers = workers_of(installation, clients)
        for number in range(1, rounds + 1):
            outcome.broken += _round(installation, trouble, workers, chance)
            outcome.kills += 1
            outcome.saved, outcome.told = (
                sum(worker.saved for worker in workers),
                sum(len(worker.told) for worker in workers),
            )
            tell(
                f"» {fault.name}, {number} of {rounds}: {outcome.saved} changes saved, {outcome.told} refusals told, "
                f"{len(outcome.broken)} promises broken"
            )
            if outcome.broken:
                tell("\n".join(outcome.broken))  # at once: what comes after may fail altogether
                break
    return outcome


def _round(installation: Installation, trouble: Trouble, workers: list[Worker], chance: random.Random) -> list[str]:
    stop, before = threading.Event(), sum(len(worker.told) for worker in workers)
    threads = [
        threading.Thread(target=worker.endure, args=(stop, chance.randrange(2**32)), daemon=True) for worker in workers
    ]
    for thread in threads:
        thread.start()
    broken = _until(lambda: all(worker.busy.is_set() for worker in workers), RECOVERED_SECONDS, "nobody could work")
    trouble.begin()
    saved = [worker.saved for worker in workers]
    if trouble.refuses:
        broken += _until(
            lambda: sum(len(worker.told) for worker in workers) > before,
            LONGEST_FAULT_SECONDS,
            "nobody was told",
            trouble.again,
        )
    else:
        _until(lambda: False, QUIET_FAULT_SECONDS, "", trouble.again)
        broken += _until(
            lambda: all(worker.saved > had for worker, had in zip(workers, saved, strict=True)),
            RECOVERED_SECONDS,
            "not everybody could work while it lasted",
        )
        broken += [f"{worker.name} was told {worker.told[-1]}" for worker in workers if worker.told]
    trouble.end()
    saved = [worker.saved for worker in workers]
    broken += _until(
        lambda: all(worker.saved > had for worker, had in zip(workers, saved, strict=True)),
        RECOVERED_SECONDS,
        "not everybody could work again",
    )
    stop.set()
    for thread in threads:
        thread.join()
    # Whatever the server was still at ends here, so that nothing changes while it is compared.
    installation.kill_server()
    installation.start()
    broken += [failure for worker in workers for failure in worker.failures]
    for worker in workers:
        worker.busy.clear()
    return broken + broken_promises(installation, workers)


def _until(came: Callable[[], bool], seconds: float, complaint: str, again: Moment | None = None) -> list[str]:
    """Wait until it came; the complaint where it did not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if came():
            return []
        if again:
            again()
        time.sleep(LOOK_SECONDS)
    return [complaint] if complaint else []
