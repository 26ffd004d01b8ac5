"""python -m tests.data.busy_readers URL: reads without a pause; once its input ends it writes, and tells how that went."""

import sys
import time
from contextlib import suppress
from threading import Thread

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data.engine import Database

READERS = 4
SECONDS = 10.0
database = Database(sys.argv[1])


def read() -> None:
    while True:
        with suppress(DBAPIError), database.read() as db:
            db.execute(text("SELECT number FROM kept")).all()
            time.sleep(0.01)


def write() -> str:
    try:
        with database.write() as db:
            db.execute(text("INSERT INTO kept VALUES (2)"))
    except DBAPIError as error:
        return str(error.orig)
    return "written"


for _each in range(READERS):
    Thread(target=read, daemon=True).start()
sys.stdout.write(f"{write()}\n")
sys.stdout.flush()
sys.stdin.read()
until, told = time.monotonic() + SECONDS, ""
while told != "written" and time.monotonic() < until:
    told = write()
    time.sleep(0.05)
sys.stdout.write(f"{told}\n")
