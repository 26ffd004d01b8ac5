"""python -m bench.load: so many people at work in their tabs for so many minutes, on a server started for it.

Each adds and changes certificates, with a pause between two acts as somebody takes who types. Printed are the errors, the
time of a save (the click until the page shows it) and the memory of the server's processes from the first minute to the last.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import select
from websockets.exceptions import WebSocketException

from app.access import sessions
from app.access.rights import Role
from app.access.tokens import new_token
from app.database import migrate_database
from app.demo import load as demo
from app.serving import COMMAND, environment
from app.settings import Settings, settings
from app.ui.cookies import SESSION, Visits
from bench.client import RunFailedError, StreamlitClient
from bench.served import READY, memory, wait_until_ready
from data.engine import Database
from data.models import Dossier

SETTLE_SECONDS = 10.0
SAMPLE_SECONDS = 10.0
GROWTH = 1.1
"""Memory is flat when the last third's median is at most this many times the middle third's."""
ERRORS = (OSError, TimeoutError, WebSocketException, httpx.HTTPError, RunFailedError)


@dataclass
class Figures:
    """What all people together saw; seconds, and bytes of memory by the moment."""

    saves: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    opened: int = 0


@dataclass
class Person:
    """One person in one tab."""

    address: str
    cookies: dict[str, str]
    pause: float
    figures: Figures
    chance: random.Random
    _made: int = 0

    def work(self, start_in: float, stop: threading.Event) -> None:
        """Come after a while, then work until told to stop."""
        stop.wait(start_in)
        while not stop.is_set():
            try:
                self._one_tab(stop)
            except ERRORS as error:
                self.figures.errors.append(f"{type(error).__name__}: {str(error)[:200]}")
                stop.wait(self.pause)

    def _one_tab(self, stop: threading.Event) -> None:
        with StreamlitClient(self.address, dict(self.cookies), wait_seconds=60) as client:
            client.open("skills")
            self.figures.opened += 1
            while not stop.wait(self.chance.uniform(0.5, 1.5) * self.pause):
                self._add(client)

    def _add(self, client: StreamlitClient) -> None:
        self._made += 1
        client.click("新增技能培训证书")
        client.fill("text_input", "证书名称", f"证书{self._made}")
        client.fill("selectbox", "级别", client.find("selectbox", "级别").options[0])
        client.fill("selectbox", "专业工种", client.find("selectbox", "专业工种").options[0])
        client.fill("text_input", "证书编号", str(self._made))
        for label, day in (("发证日期", "2020-03-25"), ("证书有效期", "2020-03-25"), ("有效期止", "2030-03-25")):
            client.fill("date_input", label, day)
        client.fill("text_input", "发证机关", "某建设培训中心")
        begun = time.perf_counter()
        client.click("保存")
        if not client.has("file_uploader", "选择文件"):
            raise RunFailedError(f"not saved: {client.texts()[-200:]}")
        self.figures.saves.append(time.perf_counter() - begun)
        client.click("关闭")


def main() -> int:
    """Run it; 1 when there was an error, or memory grew to the end."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pause", type=float, default=30.0, help="seconds between two acts of a person, on average")
    parser.add_argument("--port", type=int, default=8599)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="congye-load-") as home:
        os.environ |= {"CONGYE_HOME": home, "CONGYE_PORT": str(given.port), "CONGYE_DEMO": "1"}
        config = settings()
        people = _prepared(config, given.sessions)
        with (Path(home) / "server.log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603  our own command line
                COMMAND, env=environment(config), stdout=log, stderr=log
            )
        try:
            wait_until_ready(f"http://{config.host}:{config.port}{READY}", server)
            figures = _worked(config, server.pid, people, given.minutes * 60, given.pause)
        finally:
            server.terminate()
            server.wait()
    return _told(figures, given.sessions, given.minutes)


def _prepared(config: Settings, count: int) -> list[dict[str, str]]:
    """A new installation with so many people; the cookies of each one's log-in."""
    database = migrate_database(config)
    demo.load(database, count)
    with database.read() as db:
        people = list(db.scalars(select(Dossier.id).order_by(Dossier.id).limit(count)))
    cookies = [_logged_in(database, person) for person in people]
    database.close()
    return cookies


def _logged_in(database: Database, person: uuid.UUID) -> dict[str, str]:
    visit = new_token()
    with database.write() as db:
        opened = sessions.redeem(db, visit, sessions.issue_ticket(db, visit, Role.PRACTITIONER, person))
    if opened is None:
        raise RuntimeError("a new ticket was refused")
    return {Visits.name: visit, SESSION: opened[0]}


def _worked(config: Settings, pid: int, cookies: list[dict[str, str]], seconds: float, pause: float) -> Figures:
    figures, stop = Figures(), threading.Event()
    address = f"http://{config.host}:{config.port}"
    people = [Person(address, mine, pause, figures, random.Random(at)) for at, mine in enumerate(cookies)]  # noqa: S311
    figures.memory.append(memory(pid))
    # They come over one pause, not all at the same moment.
    threads = [
        threading.Thread(target=person.work, args=(at * pause / len(people), stop), daemon=True)
        for at, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(SAMPLE_SECONDS)
        figures.memory.append(memory(pid))
    stop.set()
    for thread in threads:
        thread.join()
    time.sleep(SETTLE_SECONDS)
    figures.memory.append(memory(pid))
    return figures


def _told(figures: Figures, count: int, minutes: float) -> int:
    megabytes = [round(sample / 2**20) for sample in figures.memory]
    third = len(megabytes) // 3
    middle, last = statistics.median(megabytes[third : 2 * third]), statistics.median(megabytes[2 * third : -1])
    print(f"  {count} people, {minutes:g} minutes, {figures.opened} tabs opened, {len(figures.saves)} saves")
    if len(figures.saves) > 1:
        p95 = statistics.quantiles(figures.saves, n=20)[-1]
        print(f"  a save: median {statistics.median(figures.saves):.2f} s, p95 {p95:.2f} s")
    print(
        f"  memory of the server (MB): {megabytes[0]} at start, median {middle:g} in the middle, {last:g} in the last"
    )
    print(f"  third, {megabytes[-1]} after everybody left")
    print(f"  errors: {len(figures.errors)}", *figures.errors[:5], sep="\n    ")
    return int(bool(figures.errors) or last > middle * GROWTH)


if __name__ == "__main__":
    sys.exit(main())
