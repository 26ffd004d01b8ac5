"""A short generated corpus with known truth; `python -m bench signatures` reads the long one."""

from collections.abc import Iterator

import cv2
import pytest

from app.signatures.reading import read_scan
from bench.signature_corpus import KEY, KINDS, WORN, case
from bench.signatures import judged

SEED = 20261124
PAGES = {"flatbed": 6, "phone": 8} | dict.fromkeys(WORN, 1)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


@pytest.mark.parametrize("kind", [*KINDS, *WORN])
def test_person_box_ink_and_problems_are_those_of_the_truth(kind: str) -> None:
    for number in range(PAGES.get(kind, 2)):
        page = case(number, SEED, kind)
        outcome = judged(page, read_scan(page.content, "页.jpg", KEY), 0)
        assert outcome.faults == [], f"{kind} {number}, {page.dpi} dpi, told {outcome.told}"
