"""What reads uploaded files runs in worker processes of the server, with limits of time and memory.

A picture made to exhaust its reader ends a worker, never the server. Without `workers()` around them (commands, tests of
a reader) isolated functions run where they are called.
"""

import logging
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from app import processes
from app.errors import UserError
from app.locale import _, current_language, use_language

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

PROCESSES = 2
SECONDS = 30.0
MEMORY_BYTES = 1536 * 1024 * 1024
"""Data of one worker. A page of 50 megapixels takes about 400 MB while it is converted."""
TASKS = 500
"""A worker is renewed after so many, so that a leak in a decoder does not grow for ever."""


class WorkerLostError(Exception):
    """The worker ended in the middle of a task; `late` when it was ended for taking too long."""

    def __init__(self, late: bool) -> None:
        super().__init__("late" if late else "ended")
        self.late = late


class Worker:
    """One process, which is started for its first task and again after it was lost, be it while it had nothing to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._tasks = 0

    def run(self, task: bytes) -> Any:
        """The answer to a pickled task. Raises WorkerLostError."""
        if self._process is None or self._process.poll() is not None or self._tasks >= TASKS:
            self._process = self._started()
        self._tasks += 1
        late = threading.Event()
        watch = threading.Timer(SECONDS, _end, (self._process, late))
        watch.start()
        try:
            return _asked(self._process, task)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.stop()
            raise WorkerLostError(late.is_set()) from None
        except BaseException:
            self.stop()  # What is left of its answer must not be taken for that of the next task.
            raise
        finally:
            watch.cancel()

    def stop(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with suppress(BrokenPipeError):  # what it did not take of its task
                        pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        self.stop()
        self._tasks = 0
        return processes.start("app.isolation", str(MEMORY_BYTES))


def _asked(process: subprocess.Popen[bytes], task: bytes) -> Any:
    assert process.stdin  # noqa: S101  a pipe, as the two below
    assert process.stdout  # noqa: S101
    process.stdin.write(task)
    process.stdin.flush()
    return pickle.load(process.stdout)  # noqa: S301  our own process, which read no code from the file


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


class _Idle:
    """The workers that wait for a task; None where there are no workers at all."""

    workers: "queue.LifoQueue[Worker] | None" = None


@contextmanager
def workers(count: int = PROCESSES) -> Iterator[None]:
    """Let isolated functions run in worker processes."""
    all_workers = [Worker() for _number in range(count)]
    _Idle.workers = queue.LifoQueue()
    for worker in all_workers:
        _Idle.workers.put(worker)
    try:
        yield
    finally:
        _Idle.workers = None
        for worker in all_workers:
            worker.stop()


def isolated(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function run in a worker. Arguments, result and errors are pickled.

    Raises what the function raises, and UserError `too_slow` or `too_heavy` when it went over a limit.
    """

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        idle = _Idle.workers
        if idle is None:
            return function(*args, **kwargs)
        worker = idle.get()
        try:
            failed, result = worker.run(pickle.dumps((inner, current_language(), args, kwargs)))
        except WorkerLostError as error:
            log.warning("a worker was lost in %s: %s", function.__qualname__, error)
            raise _too_slow() if error.late else _too_heavy() from None
        finally:
            idle.put(worker)
        if isinstance(failed, MemoryError):
            raise _too_heavy()
        if failed is not None:
            raise failed
        kept: R = result
        return kept

    return inner


def _too_slow() -> UserError:
    message = _("处理这个文件超过 {seconds} 秒，已停止。请换一个文件，或以较低的分辨率重新扫描")
    return UserError("too_slow", message.format(seconds=round(SECONDS)))


def _too_heavy() -> UserError:
    return UserError("too_heavy", _("这个文件无法处理（所需内存过大），请以较低的分辨率重新扫描"))


def _serve(memory_bytes: int) -> None:
    """The worker's side: task after task, until the server is gone."""
    answers = processes.output()
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  POSIX only

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if most == resource.RLIM_INFINITY or most > memory_bytes:  # the server itself may have been given less
            resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    while True:
        try:
            function, language, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own server
        except EOFError:
            return
        use_language(language)
        try:
            answer: tuple[BaseException | None, Any] = None, function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  it is raised again on the other side
            answer = error, None
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
