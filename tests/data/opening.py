"""python -m tests.data.opening FOLDER ROUNDS: once its input ends, opens one new file of the folder after the other, as its
brothers do in step with it; tells what went wrong."""

import sys
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from data.engine import Database

STEP_SECONDS = 0.02


def open_one(path: Path) -> None:
    with closing(Database(f"sqlite:///{path}")) as database:
        try:
            with database.engine.connect():
                pass
        except DBAPIError as error:
            sys.stdout.write(f"{path.name} {error.orig}\n")


sys.stdout.write("here\n")
sys.stdout.flush()
sys.stdin.read()
for number in range(int(sys.argv[2])):
    time.sleep(STEP_SECONDS - time.time() % STEP_SECONDS)
    open_one(Path(sys.argv[1]) / f"{number}.db")
