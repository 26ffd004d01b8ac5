"""What the tests of transactions share."""

import pytest

from data.models import Preference


@pytest.fixture
def unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is below the audit."""
    monkeypatch.setattr(Preference, "audited", False)
