"""A job that takes long runs in a process of its own, with lower priority: pages share neither Python's lock nor their turn
with it.

`python -m app.jobs.apart JOB HOLDER` is that process. It stops at the job's next checkpoint, and gives the job back, when
the server closes its input or is gone.
"""

import logging
import subprocess
import sys
import threading
import uuid

from app import processes
from app.jobs.running import Running

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
STOP_SECONDS = 15.0


def run(running: Running, stopping: threading.Event) -> bool:
    """Run a claimed job to its end in a process of its own; whether one could be started.

    One that dies loses its lease as a server does.
    """
    try:
        started = processes.start("app.jobs.apart", str(running.job_id), str(running.holder), answers=False)
    except OSError:  # of memory, processes or open files there is no more
        log.exception("no process could be started for job %s", running.job_id)
        return False
    with started as process:
        while process.poll() is None and not stopping.wait(LOOK_SECONDS):
            pass
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    if process.returncode:
        log.error("the process of job %s ended with %s", running.job_id, process.returncode)
    return True


def main(job_id: uuid.UUID, holder: uuid.UUID) -> None:
    """The process's side."""
    from app.database import open_database  # noqa: PLC0415  the server's side has it all
    from app.jobs import catalogue, queue, worker  # noqa: F401, PLC0415
    from app.memory import collect_rarely  # noqa: PLC0415
    from app.settings import settings  # noqa: PLC0415

    processes.step_back()
    collect_rarely()
    stopping = threading.Event()
    threading.Thread(target=_wait_for_end, args=(stopping,), daemon=True).start()
    running = queue.taken(open_database(settings()), job_id, holder)
    if running is not None:
        worker.run(running, stopping)


def _wait_for_end(stopping: threading.Event) -> None:
    sys.stdin.buffer.read()
    stopping.set()


if __name__ == "__main__":
    main(*map(uuid.UUID, sys.argv[1:]))
