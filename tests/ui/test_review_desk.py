"""What a reviewer is told when a decision cannot be stored."""

import uuid
from pathlib import Path

import pytest
import streamlit as st

from app.records.queue import Filter
from app.ui import guard, review_desk
from app.ui.components import Decided
from app.ui.review_desk import Desk
from data.engine import Database
from tests.people import REVIEWER


def test_a_fault_of_the_database_is_told_with_a_number_and_not_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_tables = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    monkeypatch.setattr(review_desk, "database", lambda: without_tables)
    desk = Desk(Filter(), decisions=[(uuid.uuid4(), uuid.uuid4())])
    monkeypatch.setitem(st.session_state, review_desk.KEY, desk)
    with guard.known(REVIEWER):
        review_desk._decided(Decided("undo", "", ""))
    assert desk.told is not None
    kind, text = desk.told
    assert kind == "error"
    assert "编号" in text
    without_tables.close()
