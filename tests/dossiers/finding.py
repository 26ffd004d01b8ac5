"""What the tests of searches do again and again: open files, add to them, look for people."""

import uuid
from datetime import date
from typing import Any

from app.dossiers import search
from app.dossiers import service as dossiers
from app.dossiers.wanted import Wanted
from app.records import service as records
from data.engine import Database
from data.models import category
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, REVIEWER, id_number

SKILL: dict[str, Any] = {
    "name": "技能证书",
    "level": "4",
    "trade": "01",
    "certificate_number": "YJJN2020 01 12345",
    "issued_on": date(2020, 5, 1),
    "valid_from": date(2020, 5, 1),
    "valid_to": date(2030, 5, 1),
    "issuer": "某中心",
}


def opened(database: Database, name: str, sequence: int, mobile: str = "", **other: Any) -> uuid.UUID:
    number = id_number(sequence=f"{sequence:03}")
    sex = "1" if sequence % 2 else "2"
    identity = {**IDENTITY, "name": name, "number": number, "sex": sex, **other}
    with database.write() as db:
        return dossiers.open_file(db, CLERK, identity, photo=None, mobile=mobile, source="card").dossier.id


def added(database: Database, dossier_id: uuid.UUID, key: str, row: dict[str, Any]) -> uuid.UUID:
    with database.write() as db:
        return records.import_row(db, ADMINISTRATOR, dossier_id, category(key), row).id


def names(database: Database, text: str = "", **filters: Any) -> list[str]:
    with database.read() as db:
        return [row.name for row in search.page(db, REVIEWER, Wanted(text, **filters)).rows]
