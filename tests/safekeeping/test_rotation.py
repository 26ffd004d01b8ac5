"""Keys change while the program works; a rotation cut off at any moment is gone on with; a lost key is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access.rights import SYSTEM
from app.audit.chain import Check
from app.dossiers import service as dossiers
from app.errors import UserError
from app.safekeeping import rotation
from data import vault as vaults
from data.engine import Database
from data.keys import KeyFileError, load_keyring, new_keyring, replace_keyring, rotated, save_keyring
from data.models import AuditEntry, Dossier
from data.vault import SealedValueError, install_vault, vault
from tests.people import CLERK, IDENTITY, NUMBER, OTHER


@pytest.fixture
def key_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "keys" / "keyring.json"
    before = vault().keyring
    save_keyring(before, path)
    install_vault(before, path)
    yield path
    install_vault(before)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vaults, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(rotation, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(rotation, "BATCH", 1)


def opened(database: Database) -> None:
    with database.write() as db:
        for person in (IDENTITY, OTHER):
            dossiers.open_file(db, CLERK, person, photo=b"picture", mobile="", source="card")


def test_after_a_rotation_the_new_key_alone_reads_everything(database: Database, key_file: Path) -> None:
    opened(database)
    rotation.new_key(SYSTEM, key_file)
    assert rotation.reseal(database, SYSTEM) == 6  # two files, their rows of the index and of the trail
    assert rotation.retire(database, SYSTEM, key_file) == ("k1",)
    assert set(load_keyring(key_file).encryption) == {"k2"}
    with database.read() as db:
        assert {dossier.number for dossier in db.scalars(select(Dossier))} == {NUMBER, OTHER["number"]}
        assert list(Check(db)) == []
        assert all(entry.after for entry in db.scalars(select(AuditEntry)))


def test_one_that_was_killed_is_gone_on_with(database: Database, key_file: Path) -> None:
    opened(database)
    rotation.new_key(SYSTEM, key_file)

    def killed(table: str, rows: int) -> None:
        if (table, rows) == ("dossier", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.reseal(database, SYSTEM, killed)
    with pytest.raises(UserError, match="old_keys_in_use"):
        rotation.retire(database, SYSTEM, key_file)
    with database.read() as db:
        assert len({dossier.number for dossier in db.scalars(select(Dossier))}) == 2
    rotation.reseal(database, SYSTEM)
    assert rotation.reseal(database, SYSTEM) == 0
    assert rotation.retire(database, SYSTEM, key_file) == ("k1",)


def test_a_running_server_takes_up_the_new_key_by_itself(key_file: Path) -> None:
    replace_keyring(rotated(load_keyring(key_file)), key_file)
    sealed = vault().seal(b"x", "a.b")
    assert (vault().keyring.current, vault().open(sealed, "a.b")) == ("k2", b"x")


def test_a_key_file_that_vanishes_leaves_the_server_working(key_file: Path) -> None:
    sealed = vault().seal(b"x", "a.b")
    key_file.unlink()
    assert vault().open(sealed, "a.b") == b"x"
    with pytest.raises(KeyFileError):
        load_keyring(key_file)


def test_a_value_of_a_lost_key_is_told_and_never_garbage(key_file: Path) -> None:
    sealed = vault().seal(b"x", "a.b")
    install_vault(rotated(new_keyring()), None)
    with pytest.raises(SealedValueError):
        vault().open(sealed, "a.b")
    assert key_file.exists()
