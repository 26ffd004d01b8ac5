"""Filling a new database with the demo's people, records and staff."""

import secrets
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select

from app.access import staff
from app.access.rights import SYSTEM, Role
from app.demo import cards, waiting
from app.demo.people import DemoPerson, demo_people, demo_records
from app.demo.portraits import portrait
from app.dossiers import service as dossiers
from app.records import service as records
from app.settings import Settings
from data.engine import Database
from data.models import Dossier, StaffAccount, category

PEOPLE = 200
WITHOUT_MOBILE_EVERY = 5
"""These come without a mobile, so that registration can be tried."""
STAFF = {
    "clerk": ("窗口受理员", Role.CLERK),
    "reviewer": ("审核员", Role.REVIEWER),
    "admin": ("管理员", Role.ADMINISTRATOR),
}


def load(database: Database, people: int = PEOPLE) -> bool:
    """Add the demo's people with all their records; False when there are people already."""
    with database.read() as db:
        if db.scalar(select(Dossier.id).limit(1)) is not None:
            return False
    with database.write() as db:
        for index, person in enumerate(demo_people(people)):
            mobile = "" if index % WITHOUT_MOBILE_EVERY == WITHOUT_MOBILE_EVERY - 1 else person.mobile
            opened = dossiers.open_file(
                db, SYSTEM, identity(person), photo=portrait(index, person.sex), mobile=mobile, source=_source(person)
            )
            for key, rows in demo_records(person, index).items():
                for row in rows:
                    records.import_row(db, SYSTEM, opened.dossier.id, category(key), row)
            waiting.hand_in(db, opened.dossier, index)
    return True


def identity(person: DemoPerson) -> dict[str, object]:
    """A made-up person as identity fields of a file."""
    values = asdict(person)
    del values["mobile"], values["company"]
    return values


def set_up_staff(database: Database, config: Settings) -> str:
    """Make sure of the demo's staff accounts; returns their password, random for each new demo."""
    note = config.home / "demo-password"
    password = config.demo_password.get_secret_value() if config.demo_password else _noted_password(note)
    with database.write() as db:
        known = set(db.scalars(select(StaffAccount.username)))
        for username, (name, role) in STAFF.items():
            if username not in known:
                staff.create(db, SYSTEM, username, name, role, password)
            elif config.demo_password:
                staff.set_password(db, SYSTEM, username, password)
    return password


def card_of_newcomer(folder: Path) -> Path:
    """A card for the virtual reader: a made-up person who has no file yet. Returns the card's JSON file."""
    person = list(demo_people(PEOPLE + 1))[PEOPLE]
    return cards.lay(folder, person, PEOPLE, "resident_id")


def _noted_password(note: Path) -> str:
    """The password of this demo installation, kept beside its database so that a second start can print it."""
    if note.exists():
        return note.read_text("ascii").strip()
    password = secrets.token_urlsafe(12)
    note.touch(mode=0o600)
    note.write_text(password, "ascii")
    return password


def _source(person: DemoPerson) -> str:
    return "card" if person.document_type == "resident_id" else "manual"
