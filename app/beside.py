"""What runs in a process of its own, a little ahead of whoever takes what it gives.

`multiprocessing` is not used, as in `app.isolation`: its children run the parent's main script.
"""

import logging
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from app.errors import UserError
from app.locale import current_language, use_language
from app.memory import collect_rarely
from data.vault import install_vault, installed

log = logging.getLogger(__name__)
T = TypeVar("T")
ROOT = Path(__file__).parents[1]
Told = tuple[Literal["given", "raised", "end"], Any]


@contextmanager
def beside(make: Callable[..., Iterator[T]], *arguments: Any) -> Iterator[Iterator[T]]:
    """What `make` gives, made in a process of its own, with our keys and our language.

    It is ahead by the one thing that it waits to hand over, and ends with the context or with us, since nobody takes
    anything then. What it raises is raised here.
    """
    command = [sys.executable, "-m", "app.beside"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  our own
        assert process.stdin  # noqa: S101  a pipe, as the other
        assert process.stdout  # noqa: S101
        pickle.dump((installed(), current_language(), make, arguments), process.stdin)
        process.stdin.close()
        try:
            yield _taken(process.stdout)
        finally:
            process.kill()


def _taken(answers: IO[bytes]) -> Iterator[Any]:
    while True:
        kind, value = pickle.load(answers)  # noqa: S301  of our own process
        if kind == "raised":
            raise value
        if kind == "end":
            return
        yield value


def _serve(answers: IO[bytes]) -> None:
    """The process's side."""
    keys, language, make, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  from whoever started us
    install_vault(*keys)
    use_language(language)
    collect_rarely()
    try:
        for given in make(*arguments):
            _tell(answers, ("given", given))
        _tell(answers, ("end", None))
    except BrokenPipeError:
        raise SystemExit(1) from None  # nobody is there any more
    except Exception as error:
        if not isinstance(error, UserError):
            log.exception("%s failed", make.__qualname__)  # where it came from is not handed over
        _tell(answers, ("raised", error))


def _tell(answers: IO[bytes], told: Told) -> None:
    answers.write(pickle.dumps(told, pickle.HIGHEST_PROTOCOL))
    answers.flush()


if __name__ == "__main__":
    for signalled in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signalled, signal.SIG_IGN)  # a service manager tells all processes; this one ends with its parent
    handed, sys.stdout = sys.stdout.buffer, sys.stderr
    _serve(handed)
