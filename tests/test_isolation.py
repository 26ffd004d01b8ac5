"""What reads uploaded files runs in workers with limits; a file that breaks its reader breaks nothing else."""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from app import isolation
from app.attachments import mend, rules
from app.errors import FieldErrors, UserError
from app.isolation import isolated
from app.locale import current_language, use_language
from tests.attachments.pictures import conforming_jpg, encoded, photo


@pytest.fixture(scope="module")
def workers() -> Iterator[None]:
    with isolation.workers(1):
        yield


@isolated
def process_number() -> int:
    return os.getpid()


@isolated
def eat_memory() -> int:
    return len(bytearray(4 * 1024**3))


@isolated
def take_long() -> None:
    time.sleep(60)


@isolated
def end_the_process() -> None:
    os.kill(os.getpid(), 9)


@isolated
def tell_language() -> str:
    return current_language()


@isolated
def refuse() -> None:
    raise FieldErrors({"title": "请填写标题"})


class OddError(Exception):
    """One that is pickled but not made again."""

    def __init__(self, subject: str, verb: str) -> None:
        super().__init__(f"{subject} {verb} " * 10_000)


@isolated
def fail_oddly() -> None:
    raise OddError("nobody", "knows")


def test_without_a_server_it_runs_where_it_is_called() -> None:
    assert process_number() == os.getpid()


def test_no_worker_outlives_the_server() -> None:
    with isolation.workers(1):
        number = process_number()
        os.kill(number, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.usefixtures("workers")
def test_in_a_server_it_runs_in_another_process() -> None:
    assert process_number() != os.getpid()


@pytest.mark.usefixtures("workers")
def test_a_photo_is_mended_there() -> None:
    mended = mend.mend(encoded(photo(4000, 3000)), "photo.jpg")
    assert rules.check(mended.content, "mended.jpg") == []
    assert rules.check(conforming_jpg(), "scan.jpg") == []


@pytest.mark.usefixtures("workers")
def test_a_refusal_comes_back_whole_and_in_the_users_language() -> None:
    use_language("en")
    try:
        assert tell_language() == "en"
        with pytest.raises(UserError, match="empty_file") as refused:
            mend.mend(b"", "photo.jpg")
    finally:
        use_language(None)
    assert refused.value.message.isascii() or "“" in refused.value.message
    with pytest.raises(FieldErrors) as fields:
        refuse()
    assert fields.value.fields == {"title": "请填写标题"}


@pytest.mark.usefixtures("workers")
def test_too_much_memory_ends_the_task_alone() -> None:
    with pytest.raises(UserError, match="too_heavy"):
        eat_memory()
    with pytest.raises(UserError, match="too_heavy"):
        end_the_process()
    assert process_number() != os.getpid()


@pytest.mark.usefixtures("workers")
def test_one_that_was_ended_while_it_had_nothing_to_do_costs_no_task() -> None:
    ended = process_number()
    os.kill(ended, 9)
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)
    assert process_number() not in {ended, os.getpid()}


def test_one_that_ends_before_it_has_its_task_is_started_again() -> None:
    worker = isolation.Worker()
    task = pickle.dumps((process_number, "", (), {}))
    worker.run(task)
    assert worker._process
    os.kill(worker._process.pid, 9)
    os.waitid(os.P_PID, worker._process.pid, os.WEXITED | os.WNOWAIT)
    with pytest.raises(BrokenPipeError):
        isolation._asked(worker._process, task)
    worker.stop()
    assert worker.run(task)[0] is None
    worker.stop()


@pytest.mark.usefixtures("workers")
def test_an_answer_that_cannot_be_read_spoils_no_other() -> None:
    with pytest.raises(TypeError):
        fail_oddly()
    assert process_number() != os.getpid()


@pytest.mark.usefixtures("workers")
def test_too_much_time_ends_the_task_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 0.5)
    with pytest.raises(UserError, match="too_slow") as refused:
        take_long()
    assert "秒" in refused.value.message
    monkeypatch.undo()
    assert process_number() != os.getpid()


def test_a_server_that_was_given_less_memory_has_workers_all_the_same() -> None:
    script = (
        "import resource, pickle\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))\n"
        "from app.isolation import Worker\n"
        "worker = Worker()\n"
        "print(worker.run(pickle.dumps((len, 'zh_CN', ('abc',), {}))))\n"
        "worker.stop()\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "(None, 3)\n"
