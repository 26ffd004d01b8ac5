"""Whatever comes from outside is read or refused with a typed error, in time. The short form; `make fuzz` is the long one."""

import random
import warnings

import pytest

from tests.fuzz import running
from tests.fuzz.mutations import mutated
from tests.fuzz.running import fuzz, tried
from tests.fuzz.targets import TARGETS, Target

CASES = {"pictures": 150, "pdf": 150, "in_worker": 20, "workbook": 80, "chip_files": 150, "routes": 250}
OTHERS = 400


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_any_input_is_read_or_refused(target: Target) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert list(fuzz(target, CASES.get(target.name, OTHERS), seed=2026)) == []


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_good_inputs_themselves_are_taken(target: Target) -> None:
    assert [tried(target, content) for content in target.seeds()] == [""] * len(target.seeds())


def test_an_untyped_error_and_a_slow_case_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(content: bytes) -> None:
        if content:
            raise KeyError(content)

    def loops(_content: bytes) -> None:
        sum(range(1_000_000))

    assert list(fuzz(Target("x", lambda: (b"abc",), fails, (ValueError,)), 5, seed=1))
    monkeypatch.setattr(running, "LONGEST_SECONDS", 0.001)
    assert tried(Target("x", lambda: (), loops, ()), b"").startswith("took")


def test_the_same_seed_gives_the_same_inputs() -> None:
    one, other = random.Random(3), random.Random(3)
    assert [mutated((b"abcdef",), one) for _n in range(50)] == [mutated((b"abcdef",), other) for _n in range(50)]
