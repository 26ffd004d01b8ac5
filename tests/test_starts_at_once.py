"""Servers that are started at the same moment: the first makes and migrates what is not there, the others wait for it."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.postgres import create_database

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_of_them_find_the_newest_schema(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    address = ""
    if kind == "postgresql":
        address = create_database(request.getfixturevalue("postgres_url"), f"tests_{uuid.uuid4().hex[:12]}")
    environment = {**os.environ, "CONGYE_HOME": str(tmp_path / "home"), "CONGYE_DATABASE_URL": address}
    command = (sys.executable, "-m", "app", "migrate")
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) for _number in range(3)
    ]
    told = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 3, told
