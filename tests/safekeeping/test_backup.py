"""A backup is whole, tried, readable only with the right keys, and comes back into either kind of database."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import func, select

from app.access import sessions
from app.access.rights import SYSTEM, Action, Actor, Role
from app.audit.chain import Check
from app.dossiers import search
from app.dossiers import service as dossiers
from app.dossiers.wanted import Wanted
from app.errors import Forbidden, UserError
from app.records import service as records
from app.safekeeping import backup, schedule
from app.safekeeping.restore import restore
from app.settings import Settings, settings
from data import migrate
from data.copying import differing, tally
from data.engine import Database
from data.keys import load_keyring, new_keyring
from data.models import Attachment, AuditEntry, Dossier, LoginTicket, UserSession, category
from data.vault import install_vault, vault
from tests.people import ADMINISTRATOR, CLERK, OTHER, WORK

OLDER = Path(__file__).parent / "backups" / "schema-0021.db.gz"
"""A backup that the version with this schema made: two people with their work and education."""


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return settings().model_copy(update={"home": tmp_path / "home", "backup_folder": None, "backup_keep": 2})


@pytest.fixture
def filled(database: Database, dossier: Dossier) -> Database:
    with database.write() as db:
        records.import_row(db, SYSTEM, dossier.id, category("work"), WORK)
        sessions.issue_ticket(db, "a visit", Role.PRACTITIONER, dossier.id)
    return database


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Database]:
    """Another, empty installation with the same keys."""
    opened = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    migrate.upgrade(opened.engine)
    yield opened
    opened.close()


def test_what_was_backed_up_comes_back_without_the_log_ins(
    filled: Database, elsewhere: Database, config: Settings, dossier: Dossier
) -> None:
    kept = backup.make(filled, SYSTEM, config)
    restore(elsewhere, SYSTEM, kept)
    with elsewhere.read() as db:
        assert dossiers.view(db, CLERK, dossier.id).number == dossier.number
        assert len(records.listing(db, CLERK, dossier.id, category("work"))) == 1
        assert db.scalar(select(func.count()).select_from(LoginTicket)) == 0
        assert db.scalar(select(func.count()).select_from(UserSession)) == 0


def test_a_backup_replaces_what_is_there_only_when_told(filled: Database, config: Settings, dossier: Dossier) -> None:
    kept = backup.make(filled, SYSTEM, config)
    with filled.write() as db:
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="manual")
    with pytest.raises(UserError, match="not_empty"):
        restore(filled, SYSTEM, kept)
    restore(filled, SYSTEM, kept, replace=True)
    with filled.read() as db:
        assert list(db.scalars(select(Dossier.id))) == [dossier.id]


def test_the_age_of_the_newest_backup_is_known(filled: Database, config: Settings) -> None:
    with filled.read() as db:
        assert backup.state(db).age is None
    backup.make(filled, SYSTEM, config)
    with filled.read() as db:
        age = backup.state(db).age
    assert age is not None
    assert age.total_seconds() < 60


def test_only_as_many_as_the_setting_says_are_kept(filled: Database, config: Settings) -> None:
    place = backup.folder(config)
    place.mkdir(parents=True)
    for day in ("01", "02", "03"):
        (place / f"congye-202001{day}T000000Z.db.gz").write_bytes(b"old")
    made = backup.make(filled, SYSTEM, config)
    assert sorted(path.name for path in place.iterdir()) == ["congye-20200103T000000Z.db.gz", made.name]


def test_nothing_personal_is_readable_in_the_file(filled: Database, config: Settings, dossier: Dossier) -> None:
    kept = backup.make(filled, SYSTEM, config)
    content = gzip.decompress(kept.read_bytes())
    assert dossier.number.encode() not in content
    assert dossier.address.encode() not in content
    assert kept.stat().st_mode & 0o077 == 0


def test_an_encrypted_backup_opens_with_its_identity_alone(
    filled: Database, elsewhere: Database, config: Settings, tmp_path: Path
) -> None:
    mine, others = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "mine.txt").write_text(f"# made for the test\n{mine}\n")
    (tmp_path / "others.txt").write_text(str(others))
    kept = backup.make(filled, SYSTEM, config.model_copy(update={"backup_recipient": str(mine.to_public())}))
    assert kept.read_bytes().startswith(b"age-encryption.org/v1")
    for identity in (None, tmp_path / "others.txt"):
        with pytest.raises(UserError, match="identity"):
            restore(elsewhere, SYSTEM, kept, identity=identity)
    assert restore(elsewhere, SYSTEM, kept, identity=tmp_path / "mine.txt") > 0


def test_a_wrong_recipient_is_told_and_nothing_is_left(filled: Database, config: Settings) -> None:
    with pytest.raises(UserError, match="recipient"):
        backup.make(filled, SYSTEM, config.model_copy(update={"backup_recipient": "age1nonsense"}))
    assert list(backup.folder(config).iterdir()) == []


@pytest.mark.parametrize("damage", ["cut", "changed", "garbled", "other"])
def test_a_damaged_file_is_refused_and_the_database_stays(
    filled: Database, config: Settings, damage: str, tmp_path: Path
) -> None:
    kept = backup.make(filled, SYSTEM, config)
    content = bytearray(gzip.decompress(kept.read_bytes()))
    match damage:
        case "cut":
            broken = kept.read_bytes()[:-2000]
        case "changed" | "garbled":
            place = content.rfind("某建设工程有限公司".encode())
            content[place : place + 3] = "另".encode() if damage == "changed" else b"\xff\xff?"
            broken = gzip.compress(bytes(content))
        case _:
            broken = b"not a backup"
    (tmp_path / "broken.db.gz").write_bytes(broken)
    with filled.engine.connect() as connection:
        before = tally(connection)
    with pytest.raises(UserError):
        restore(filled, SYSTEM, tmp_path / "broken.db.gz", replace=True)
    with filled.engine.connect() as connection:
        assert differing(before, tally(connection)) == ()


def test_with_other_keys_a_backup_is_refused_with_a_clear_message(
    filled: Database, elsewhere: Database, config: Settings
) -> None:
    kept = backup.make(filled, SYSTEM, config)
    ours = vault().keyring
    install_vault(new_keyring())
    try:
        with pytest.raises(UserError, match="other_keys") as refused:
            restore(elsewhere, SYSTEM, kept)
    finally:
        install_vault(ours)
    assert "密钥" in refused.value.message


@pytest.fixture
def keys_of_older() -> Iterator[None]:
    """Those of the installation that the older backup is of, which was made for this test."""
    ours = vault().keyring
    install_vault(load_keyring(OLDER.with_name("keyring.json")))
    yield
    install_vault(ours)


@pytest.mark.usefixtures("keys_of_older")
def test_a_backup_of_an_older_version_comes_back_and_everybody_in_it_is_found(database: Database) -> None:
    restore(database, SYSTEM, OLDER)
    with database.read() as db:
        for wanted in (Wanted("李四娘", order="name"), Wanted("lsn"), Wanted("某建设", order="name")):
            assert OTHER["name"] in [row.name for row in search.page(db, SYSTEM, wanted).rows]
        (person,) = search.page(db, SYSTEM, Wanted(OTHER["number"])).rows
        assert (person.number, person.companies) == (OTHER["number"], (WORK["employer"],))
        assert len(records.listing(db, CLERK, person.id, category("education"))) == 1
        assert list(Check(db)) == []


def test_a_backup_of_a_later_version_is_refused_with_what_to_do(
    filled: Database, elsewhere: Database, config: Settings, tmp_path: Path
) -> None:
    plain, later = tmp_path / "later.db", tmp_path / "later.db.gz"
    plain.write_bytes(gzip.decompress(backup.make(filled, SYSTEM, config).read_bytes()))
    with closing(sqlite3.connect(plain)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("ALTER TABLE work ADD COLUMN later TEXT")
        connection.commit()
    later.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(UserError, match="newer") as refused:
        restore(elsewhere, SYSTEM, later)
    assert "9999" in refused.value.message
    assert "升级" in refused.value.message


@pytest.mark.parametrize("actor", [CLERK, Actor(Role.VISITOR)])
def test_nobody_else_makes_backups(filled: Database, config: Settings, actor: Actor) -> None:
    with pytest.raises(Forbidden):
        backup.make(filled, actor, config)
    with pytest.raises(Forbidden):
        restore(filled, ADMINISTRATOR, Path("any"))


def test_attachments_are_in_it(filled: Database, elsewhere: Database, config: Settings, dossier: Dossier) -> None:
    content = bytes(range(256)) * 200
    with filled.write() as db:
        db.info["acting"] = (SYSTEM, Action.RECORD_IMPORT)
        db.add(
            Attachment(
                dossier_id=dossier.id,
                category="work",
                record_id=dossier.id,
                title="扫描件",
                content=content,
                sha256=b"\0" * 32,
                bytes_stored=len(content),
                width=1,
                height=1,
                dpi=100,
            )
        )
    restore(elsewhere, SYSTEM, backup.make(filled, SYSTEM, config))
    with elsewhere.read() as db:
        assert db.scalar(select(Attachment.content)) == content


def test_the_server_makes_one_when_the_newest_is_too_old(
    filled: Database, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "settings", lambda: config)
    schedule.make_when_due(filled)
    schedule.make_when_due(filled)
    assert len(list(backup.folder(config).iterdir())) == 1
    monkeypatch.setattr(schedule, "settings", lambda: config.model_copy(update={"backup_hours": 0}))
    schedule.make_when_due(filled)
    assert len(list(backup.folder(config).iterdir())) == 1


def test_a_restore_is_on_record(filled: Database, elsewhere: Database, config: Settings) -> None:
    restore(elsewhere, SYSTEM, backup.make(filled, SYSTEM, config))
    with elsewhere.read() as db:
        assert list(Check(db)) == []
        newest = select(AuditEntry.action).order_by(AuditEntry.number.desc()).limit(1)
        assert db.scalar(newest) == Action.BACKUP_RESTORE
