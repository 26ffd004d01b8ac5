"""The thread of a server that runs jobs, one at a time, outside the pages."""

import logging
import threading
import time
import uuid

from app.errors import UserError
from app.jobs import apart, queue
from app.jobs.registry import KINDS
from app.jobs.running import LEASE, Cancelled, LeaseLost, Running, ShuttingDown, Stopped
from app.locale import _, use_language
from data.engine import Database
from data.models import Job

log = logging.getLogger(__name__)
POLL_SECONDS = 2.0
STOP_SECONDS = 20.0

_woken = threading.Event()


def wake() -> None:
    """Let this process's worker look into the queue at once."""
    _woken.set()


def pause() -> None:
    """Wait a little before another look at a job that a server runs."""
    time.sleep(POLL_SECONDS)


class Worker:
    """Runs what is in the queue until it is stopped."""

    def __init__(self, database: Database, poll_seconds: float = POLL_SECONDS) -> None:
        self._database = database
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Stop at the next checkpoint of the job that runs and give it back."""
        self._stopping.set()
        wake()
        self._thread.join(STOP_SECONDS)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                running = queue.claim(self._database)
            except Exception:  # the database is away: try again
                log.exception("cannot look for jobs")
                running = None
            if running is None:
                _woken.wait(self._poll_seconds)
                _woken.clear()
            else:
                _begin(running, self._stopping)


def _begin(running: Running, stopping: threading.Event) -> None:
    """Run a job in this process, or beside it where pages would wait for it and another can be started."""
    try:
        is_long = KINDS[running.kind].is_long(running)
    except Exception:  # the database is away: as the job itself will see
        log.exception("cannot tell how long job %s is", running.job_id)
        is_long = False
    if not (is_long and apart.run(running, stopping)):
        run(running, stopping)


def run_now(database: Database, job_id: uuid.UUID) -> None:
    """Run one job in this thread: the command line's way. Nothing happens when a server has it already."""
    running = queue.claim(database, job_id)
    if running is not None:
        run(running, threading.Event())


def run(running: Running, stopping: threading.Event) -> None:
    """Run a claimed job to its end, keeping its lease; whatever happens is noted in its row."""
    running.stopping = stopping
    finished = threading.Event()
    keeper = threading.Thread(target=_keep_lease, args=(running, finished), name="job-lease", daemon=True)
    keeper.start()
    try:
        _run(running)
    except Exception:  # not even the end could be noted: the lease runs out and tells the next server
        log.exception("job %s could not be ended", running.job_id)
    finally:
        finished.set()
        keeper.join()


def _run(running: Running) -> None:
    with running.database.read() as db:
        job = db.get_one(Job, running.job_id)
    kind = KINDS[running.kind]
    use_language(job.language)
    try:
        result = kind.run(running)
    except LeaseLost:
        log.warning("job %s is another server's now", running.job_id)
    except Cancelled:
        queue.end(running, "cancelled")
    except ShuttingDown:
        if kind.resumable:
            queue.give_back(running)
        else:
            queue.end(running, "interrupted", _("服务器停止了，请重新开始"))
    except UserError as error:
        queue.end(running, "failed", error.message[:200])
    except Exception:  # anything else is our fault: the log gets the trace
        reference = uuid.uuid4().hex[:8]
        log.exception("job %s failed, reference %s", running.job_id, reference)
        queue.end(running, "failed", _("程序出错，请把编号 {reference} 告诉管理员").format(reference=reference))
    else:
        queue.end(running, "done", result=result)


def _keep_lease(running: Running, finished: threading.Event) -> None:
    """A job may be long without a checkpoint; what it writes then is refused once the lease is another's."""
    while not finished.wait(LEASE.total_seconds() / 4):
        try:
            running.keep_lease()
        except Stopped:
            return
        except Exception:  # the database is away for a moment: the lease is longer than that
            log.exception("cannot keep the lease of job %s", running.job_id)
