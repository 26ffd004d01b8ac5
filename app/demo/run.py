"""python -m app demo: from an empty home folder to a running demo, told step by step."""

import logging
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from app.access.mobiles import national
from app.database import migrate_database
from app.demo import load
from app.demo.people import demo_people
from app.serving import ROOT, start
from app.settings import Settings, settings
from devices import pcsc

WAIT_SECONDS = 60


def run_demo() -> int:
    """Prepare the database, start the virtual card and the server, print how to get in; returns the server's code."""
    config = settings().model_copy(update={"demo": True})
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a line for each migration would hide what is told here
    _say(f"Database: {config.database_address}")
    database = migrate_database(config)
    _say("Demo people: " + ("added" if load.load(database) else "already there"))
    password = load.set_up_staff(database, config)
    database.close()
    with ExitStack() as running:
        running.enter_context(_virtual_reader(config))
        server = running.enter_context(start(config))
        if not _wait_until_ready(config, server):
            return server.wait()
        _tell(config, password)
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            return server.wait()


@contextmanager
def _virtual_reader(config: Settings) -> Iterator[None]:
    """The PC/SC daemon (where root may start it) and a virtual card on its virtual reader."""
    with ExitStack() as running:
        if (
            pcsc.status(None).state == "daemon_missing"
            and shutil.which("pcscd")
            and os.name == "posix"
            and os.geteuid() == 0
        ):
            _say("Starting pcscd")
            running.enter_context(_terminated(["pcscd", "--foreground"]))
        card = load.card_of_newcomer(config.home)
        _say("A made-up person's card lies on the virtual reader where pcscd and vsmartcard-vpcd are installed")
        running.enter_context(_terminated([sys.executable, "-m", "devices.simulator", "--watch", str(card.resolve())]))
        yield


@contextmanager
def _terminated(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(config: Settings, server: subprocess.Popen[bytes]) -> bool:
    for _second in range(WAIT_SECONDS * 4):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"{_address(config)}/api/ready", timeout=5) as answer:  # noqa: S310  our own
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.25)
    return False


def _tell(config: Settings, password: str) -> None:
    person = next(iter(demo_people(1)))
    address = _address(config)
    print(
        f"""
从业档案 Congye is running: {address}

  Practitioners   {address}/login         {person.number}   {national(person.mobile)}
  SMS codes       {address}/outbox
  Staff           {address}/staff_login   {" / ".join(load.STAFF)}   password: {password}
  Window          {address}/reader        (as clerk; a card lies on the virtual reader)

Press Ctrl+C to stop.
""",
        flush=True,
    )


def _address(config: Settings) -> str:
    return f"http://{config.host}:{config.port}"


def _say(text: str) -> None:
    print(f"» {text}", flush=True)
