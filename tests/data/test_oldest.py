"""The oldest of rows that are alike, for many values at once, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import exists

from app.records import life
from data.bulk import bulk_insert
from data.engine import Database
from data.models import Base, Dossier, Work
from data.models.base import new_id, utc_now
from data.oldest import Oldest
from tests.people import WORK
from tests.plans import plans, statements

OLDEST = Oldest(
    Work.id, [Work.dossier_id, Work.employer, Work.started_on], lambda owner: exists().where(Dossier.id == owner)
)
FIRST_DAY = date(2001, 1, 1)


@pytest.mark.parametrize("count", [0, 1, 3, 600])
def test_each_is_told_its_oldest_row(database: Database, dossier: Dossier, count: int) -> None:
    now = utc_now()
    days = [FIRST_DAY + timedelta(days=number) for number in range(count)]
    rows = [
        {"id": new_id(), "dossier_id": dossier.id, "created_at": now, "updated_at": now, **life.STANDING, **WORK}
        | {"started_on": day}
        for day in [*days, *days]
    ]
    with database.write() as db:
        bulk_insert(db, Base.metadata.tables["work"], rows)
    employer = WORK["employer"]
    sought = [(dossier.id, employer, day) for day in days]
    missing = [(new_id(), employer, FIRST_DAY), (dossier.id, "另一家公司", FIRST_DAY), (dossier.id, employer, date.max)]
    with database.read() as db:
        found = OLDEST.keys(db.connection(), [*missing, *reversed(sought)])
    known = [(row["id"], True) for row in reversed(rows[:count])]
    assert found == [(None, False), (None, True), (None, True), *known]


def test_each_is_sought_by_an_index(database: Database, dossier: Dossier) -> None:
    with statements(database) as seen, database.read() as db:
        OLDEST.keys(db.connection(), [(dossier.id, "公司", FIRST_DAY), (new_id(), "公司", FIRST_DAY)])
    [(statement, parameters)] = [each for each in seen if "sought0" in each[0]]
    assert "ix_work_dossier_id_id" in "\n".join(plans(database, statement, parameters))
