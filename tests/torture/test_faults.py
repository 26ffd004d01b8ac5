"""While a fault comes and goes, nothing that was seen saved is lost, nothing else is there, and everybody is told.

The short form; `make torture` lets every fault come and go many times.
"""

import pytest

from tests.torture.faults import suffer
from tests.torture.troubles import FAULTS, Fault

SHORT = {"full quota": "sqlite", "database restarted": "postgresql"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.name in SHORT], ids=lambda fault: fault.name)
def test_a_fault_is_told_and_nothing_saved_is_lost(fault: Fault) -> None:
    outcome = suffer(fault, SHORT[fault.name], clients=2, rounds=1, seed=20)
    assert outcome.broken == []
    assert outcome.told
