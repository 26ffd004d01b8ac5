"""Kills at random moments while people work, and the question after each: is everything there that a client saw saved,
whole, once, with its row of the trail, and nothing else?"""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.chain import Check
from data.models import Attachment, AuditEntry, Dossier, Skill
from tests.torture.installation import Installation
from tests.torture.worker import Row, Worker

LONGEST_WORK_SECONDS = 2.0
OPEN_SECONDS = 30.0
KILLED = ((True, False), (True, True), (False, True))
"""Whether the database is killed, and whether the server is: one of them lives on, or neither does."""


class Countdown(threading.Event):
    """Is set after so many looks at it: lets a worker do so many acts."""

    def __init__(self, acts: int) -> None:
        super().__init__()
        self._left = acts

    def is_set(self) -> bool:
        """Whether the acts are used up."""
        self._left -= 1
        return self._left < 0


@dataclass
class Outcome:
    """How it went: what was saved under how many kills, and every promise that was broken."""

    kills: int = 0
    saved: int = 0
    told: int = 0
    broken: list[str] = field(default_factory=list)


def torture(
    installation: Installation, *, kills: int, clients: int, seed: int, tell: Callable[[str], None] = print
) -> Outcome:
    """Kill server, database or both `kills` times; a database only where it is a process of its own."""
    chance = random.Random(seed)
    outcome = Outcome()
    workers = workers_of(installation, clients)
    for number in range(1, kills + 1):
        _work_until_killed(installation, workers, chance)
        outcome.kills += 1
        if not installation.is_up():
            installation.start()
        outcome.broken += [failure for worker in workers for failure in worker.failures]
        outcome.broken += broken_promises(installation, workers)
        outcome.saved = sum(worker.saved for worker in workers)
        outcome.told = sum(len(worker.told) for worker in workers)
        tell(f"» kill {number} of {kills}: {outcome.saved} changes saved, {len(outcome.broken)} promises broken")
        if outcome.broken:
            tell("\n".join(outcome.broken))
            break
    return outcome


def workers_of(installation: Installation, clients: int) -> list[Worker]:
    """The first people of the installation, each to work in a tab of their own."""
    with installation.site.database.read() as db:
        people = list(db.scalars(select(Dossier.id).order_by(Dossier.id).limit(clients)))
        assert len(people) == clients
    return [Worker(installation, person, f"T{number}") for number, person in enumerate(people)]


def _work_until_killed(installation: Installation, workers: list[Worker], chance: random.Random) -> None:
    stop = threading.Event()
    installation.database_killed = False
    threads = [
        threading.Thread(target=worker.work, args=(stop, chance.randrange(2**32)), daemon=True) for worker in workers
    ]
    for worker in workers:
        worker.busy.clear()  # set since by whoever went on after the last wait
    for thread in threads:
        thread.start()
    for worker in workers:
        worker.busy.wait(OPEN_SECONDS)
    time.sleep(chance.random() * LONGEST_WORK_SECONDS)
    database, server = chance.choice(KILLED) if installation.cluster else (False, True)
    if database:
        installation.kill_database()
    if server:
        installation.kill_server()
    stop.set()
    for thread in threads:
        thread.join()


def broken_promises(installation: Installation, workers: list[Worker]) -> list[str]:
    """Where the database differs from what clients were told, and whatever is wrong with the chain of the trail."""
    broken = []
    with installation.site.database.read() as db:
        broken += [f"chain: {problem}" for problem in Check(db)]
    with installation.site.database.read() as db:
        for worker in workers:
            broken += _compare(db, worker)
    return broken


def _compare(db: Session, worker: Worker) -> list[str]:
    """What the database has against what the client was told; what it could not know is taken as found."""
    mine = Skill.name.startswith(f"{worker.name}-")
    found = list(db.scalars(select(Skill).where(Skill.dossier_id == worker.dossier_id, mine)))
    attached = set(db.scalars(select(Attachment.record_id).where(Attachment.dossier_id == worker.dossier_id)))
    broken = [f"{skill.name}: there and never sent" for skill in found if skill.name not in worker.rows]
    for name, row in worker.rows.items():
        there = [skill for skill in found if skill.name == name]
        if len(there) > 1:
            broken.append(f"{name}: there {len(there)} times")
        value = there[0].certificate_number if there else ""
        if value not in (row.value, row.doubtful):
            broken.append(f"{name}: is {value!r}, the client saw {row.value!r} and sent {row.doubtful!r}")
        has = bool(there) and there[0].id in attached
        if there and has != row.attached and not row.doubtful_attachment:
            broken.append(f"{name}: attachment {'there' if has else 'gone'}, the client saw otherwise")
        worker.rows[name] = Row(value=value, attached=has)
    return broken + _trail_tells_otherwise(db, worker, found)


def _trail_tells_otherwise(db: Session, worker: Worker, found: list[Skill]) -> list[str]:
    """Replays the trail: each record was added once and every change leads to the value that is there."""
    told: dict[uuid.UUID | None, list[str]] = {}
    entries = select(AuditEntry).where(AuditEntry.dossier_id == worker.dossier_id, AuditEntry.subject == "skills")
    for entry in db.scalars(entries.order_by(AuditEntry.number)):
        if entry.after and "certificate_number" in entry.after:
            told.setdefault(entry.subject_id, []).append(str(entry.after["certificate_number"]))
    broken = []
    for skill in found:
        expected = [str(number) for number in range(int(skill.certificate_number) + 1)]
        if told.get(skill.id) != expected:
            broken.append(f"{skill.name}: the trail tells {told.get(skill.id)}, the record went {expected}")
    return broken
