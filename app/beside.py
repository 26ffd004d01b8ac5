"""What runs in a process of its own, a little ahead of whoever takes what it gives."""

import copyreg
import logging
import pickle
import sys
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Any, Literal, TypeVar

from app import processes
from app.errors import UserError
from app.locale import current_language, use_language
from app.memory import collect_later, collect_rarely
from data.vault import install_vault, installed

log = logging.getLogger(__name__)
T = TypeVar("T")
Told = tuple[Literal["given", "raised", "end"], Any]


class LostError(Exception):
    """The process ended before it had given all: it was killed, or there was no memory for it."""


@contextmanager
def beside(make: Callable[..., Iterator[T]], *arguments: Any) -> Iterator[Iterator[T]]:
    """What `make` gives, made in a process of its own, with our keys and our language.

    It is ahead by the one thing that it waits to hand over, and ends with the context or with us, since nobody takes
    anything then. What it raises is raised here. Raises LostError where it is gone.
    """
    with processes.start("app.beside") as process:
        assert process.stdin  # noqa: S101  a pipe, as the other
        assert process.stdout  # noqa: S101
        with suppress(BrokenPipeError), process.stdin as questions:  # its end is told where its answers are read
            pickle.dump((installed(), current_language(), make, arguments), questions)
        taken = _taken(process.stdout)
        try:
            yield taken
        finally:
            process.kill()
            taken.close()


def _taken(answers: IO[bytes]) -> Generator[Any]:
    """What comes, the next of it read while the one before is in use: a commit that waits for the disk leaves time for that."""
    with ThreadPoolExecutor(1, "beside") as reader:
        next_one = reader.submit(pickle.load, answers)  # of our own process
        while True:
            try:
                kind, value = next_one.result()
            except (EOFError, pickle.UnpicklingError) as error:
                raise LostError from error
            if kind == "raised":
                raise value
            if kind == "end":
                return
            next_one = reader.submit(pickle.load, answers)
            yield value


def _serve(answers: IO[bytes]) -> None:
    """The process's side."""
    collect_later()
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
    pickler = pickle.Pickler(answers, pickle.HIGHEST_PROTOCOL)
    # As a number: whatever is given in thousands is mostly keys, and these have a slow way of their own.
    pickler.dispatch_table = copyreg.dispatch_table | {uuid.UUID: lambda key: (uuid.UUID, (*[None] * 4, key.int))}
    pickler.dump(told)
    answers.flush()


if __name__ == "__main__":
    processes.step_back()
    _serve(processes.output())
