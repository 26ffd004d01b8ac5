"""Rows that are inserted unless their key is there, one by one and as arrays, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from data.coming import FEW, Coming
from data.engine import Database
from data.models import search_expiry
from data.models.base import new_id

COMING = Coming(search_expiry)


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 600])
def test_rows_that_are_there_stay_and_are_not_counted(database: Database, count: int) -> None:
    rows = [
        {"expires_on": date(2030, 1, 1 + number % 28), "category": "skills", "dossier_id": new_id()}
        for number in range(count)
    ]
    with database.write() as db:
        assert COMING.each(db.connection(), rows[::2])() == len(rows[::2])
        assert COMING.each(db.connection(), rows)() == count - len(rows[::2])
        assert COMING.each(db.connection(), rows)() == 0
    with database.read() as db:
        found = {(row.dossier_id, row.expires_on, row.category) for row in db.execute(select(search_expiry))}
    assert found == {(row["dossier_id"], row["expires_on"], row["category"]) for row in rows}
