"""The demo's sample workbooks import as they say: two rows wrong, the others taken."""

import pytest

from app.demo import load
from app.transfer import sample
from app.transfer.targets import targets
from app.transfer.template import template
from data.engine import Database
from tests.transfer.conftest import Send, counts


def test_a_sample_has_rows_that_fit_and_two_that_do_not(
    database: Database, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "LOADED", 30)
    load.load(database, 30)
    for target in targets():
        sent = send(target.key, template(target, sample.rows(target)))
        assert (target.key, sent.job.state, sent.run.wrong) == (target.key, "done", 2)
        assert counts(sent)["added"] >= 2
