"""What a start does not import, that all of it is there afterwards, and what happens where it cannot be."""

import json
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from app import later
from app.serving import ROOT, environment
from app.settings import Settings
from data.engine import Database
from tests.browser.site import free_port

UNTIL_READY = """
import json, sys, threading, time, urllib.request
from app.cli import parser
from app.database import bring_up_to_date, database
parser("serve")
bring_up_to_date(database())
import uvicorn
from app import later, serving
from app.server import listening
from app.settings import settings
later.PAUSE_SECONDS = 600  # nothing comes in the background here
server = uvicorn.Server(listening(serving.options(settings())))
thread = threading.Thread(target=server.run)
thread.start()
while not server.started:
    assert thread.is_alive()
    time.sleep(0.01)
with urllib.request.urlopen(f"http://{settings().host}:{settings().port}/api/ready") as answer:
    is_ready = json.load(answer)["ready"]
at_start = sorted(sys.modules)
server.should_exit = True
thread.join()
from app.jobs.registry import kind_of
import app.ui.category_page
on_a_page = sorted(sys.modules)
assert kind_of("import").name == "import"  # somebody puts a job in before all of it is there
for name in later.modules():
    __import__(name)
print(json.dumps([is_ready, at_start, on_a_page, sorted(sys.modules)]))
"""
COMPONENT_SEARCH = "streamlit.components.v2.manifest_scanner"


def test_a_start_imports_nothing_that_takes_long_and_all_of_it_comes_later(tmp_path: Path) -> None:
    surroundings = environment(Settings(home=tmp_path)) | {"CONGYE_PORT": str(free_port())}
    subprocess.run([sys.executable, "-m", "app", "migrate"], cwd=ROOT, env=surroundings, check=True)
    run = subprocess.run(
        [sys.executable, "-c", UNTIL_READY], cwd=ROOT, env=surroundings, check=True, stdout=subprocess.PIPE
    )
    is_ready, at_start, on_a_page, afterwards = json.loads(run.stdout)
    assert is_ready
    assert set(later.PACKAGES).isdisjoint(at_start)
    assert {"alembic", COMPONENT_SEARCH}.isdisjoint(at_start)
    assert find_spec(COMPONENT_SEARCH)
    assert {"cv2", "numpy"}.isdisjoint(on_a_page)
    assert set(later.PACKAGES) <= set(afterwards)
    assert {"app.jobs.catalogue", "app.ui.category_page", "app.ui.login_page"} <= set(afterwards)


def test_a_server_whose_parts_cannot_be_imported_says_that_it_is_not_ready(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "PACKAGES", ("no_such_package",))
    monkeypatch.setattr(later, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(later._State, "problem", "")
    with later.begun(database):
        deadline = time.monotonic() + 30
        while not later.problem() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "reference" in later.problem()
