"""What becomes of a practitioner's authenticator app with the file: sealed, closed, erased, merged, moved."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import second_factor
from app.access.rights import SYSTEM, Actor
from app.audit.chain import Check
from app.dossiers import erasure, merging
from app.dossiers import service as dossiers
from app.safekeeping import rotation
from app.safekeeping.move import move
from app.transfer import exports
from data import vault as vaults
from data.engine import Database
from data.keys import load_keyring, save_keyring
from data.models import AuditEntry, Authenticator
from data.vault import install_vault, vault
from tests.access.apps import OTHER_SECRET, SECRET, code_now, logged_in, step, switch_on
from tests.access.logging_in import answer
from tests.people import ADMINISTRATOR, CLERK, OTHER


def test_the_secret_is_sealed_and_in_no_export_and_no_audit(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        sealed = bytes(db.connection().exec_driver_sql("SELECT totp_secret FROM authenticator").scalar_one())
        handed_out = exports.person_json(db, ADMINISTRATOR, enrolled.dossier_id).decode()
        noted = [f"{each.before}{each.after}" for each in db.scalars(select(AuditEntry))]
    assert vault().open(sealed, "authenticator.totp_secret") == SECRET.encode()
    assert SECRET.encode() not in sealed
    assert not any(SECRET in text or "totp" in text for text in (handed_out, *noted))


def test_a_closed_file_opened_again_still_asks_for_it(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, enrolled.dossier_id, "本人申请")
    with database.write() as db:
        dossiers.reopen_file(db, ADMINISTRATOR, enrolled.dossier_id, "误关")
    assert step(database, enrolled) == "second_factor"


def test_erasing_the_file_erases_it(database: Database, enrolled: Actor) -> None:
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, enrolled.dossier_id, "本人申请")
    with database.write() as db:
        erasure.erase(db, ADMINISTRATOR, enrolled.dossier_id, "本人申请")
    with database.read() as db:
        assert db.scalars(select(Authenticator)).all() == []


@pytest.mark.parametrize(("kept_has", "other_has"), [(True, True), (True, False), (False, True), (False, False)])
def test_of_two_files_that_become_one_the_kept_files_stays_and_else_the_others(
    database: Database, person: Actor, kept_has: bool, other_has: bool
) -> None:
    with database.write() as db:
        opened = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13800000002", source="card").dossier
    other = logged_in(database, opened.id)
    for who, has, secret in ((person, kept_has, SECRET), (other, other_has, OTHER_SECRET)):
        switch_on(database, who, secret)
        if not has:
            with database.write() as db:
                second_factor.give_up(db, who)
    with database.read() as db:
        compared = merging.compare(db, ADMINISTRATOR, person.dossier_id, other.dossier_id)
    assert [since is not None for since in compared.secured] == [kept_has, other_has]
    with database.write() as db:
        merging.merge(db, ADMINISTRATOR, person.dossier_id, other.dossier_id, "同一人")
    with database.read() as db:
        found = {each.dossier_id: each.totp_secret for each in db.scalars(select(Authenticator))}
        assert list(Check(db)) == []
    expected = SECRET if kept_has else OTHER_SECRET if other_has else None
    assert found == {person.dossier_id: expected}


def test_it_goes_along_with_another_key_and_to_another_database(
    database: Database, enrolled: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (vaults, rotation):
        monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    before, key_file = vault().keyring, tmp_path / "keyring.json"
    save_keyring(before, key_file)
    rotation.new_key(SYSTEM, key_file)
    try:
        rotation.reseal(database, SYSTEM)
        rotation.retire(database, SYSTEM, key_file)
        install_vault(load_keyring(key_file))
        target = Database(f"sqlite:///{tmp_path / 'target.db'}")
        move(database, target, SYSTEM)
        code = code_now(target)
        assert [answer(target, enrolled, code), answer(target, enrolled, code)] == ["in", "wrong_code"]
        target.close()
    finally:
        install_vault(before)
