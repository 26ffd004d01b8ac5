"""Personal data at rest."""

import errno
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.engine import Database
from data.keys import KeyFileError, load_keyring, new_keyring, save_keyring
from data.models import Dossier
from data.vault import SealedValueError, Vault
from tests.people import IDENTITY, MOBILE, NUMBER

VAULT = Vault(new_keyring())


@given(st.binary(max_size=300), st.text(max_size=20))
def test_what_is_sealed_opens_again_in_its_place_only(plain: bytes, context: str) -> None:
    sealed = VAULT.seal(plain, context)
    assert VAULT.open(sealed, context) == plain
    with pytest.raises(SealedValueError):
        VAULT.open(sealed, context + "x")


@given(st.binary(max_size=80))
def test_arbitrary_bytes_never_open(noise: bytes) -> None:
    with pytest.raises(SealedValueError):
        VAULT.open(noise, "dossier.number")


@given(st.data())
def test_one_changed_bit_is_found(data: st.DataObject) -> None:
    sealed = bytearray(VAULT.seal(b"190101199003070018", "dossier.number"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealedValueError):
        VAULT.open(bytes(sealed), "dossier.number")


def test_the_same_value_is_sealed_differently_each_time_and_indexed_the_same() -> None:
    assert VAULT.seal(b"x", "c") != VAULT.seal(b"x", "c")
    assert VAULT.blind("x", "p") == VAULT.blind("x", "p") != VAULT.blind("x", "q")


def test_number_mobile_and_address_stand_nowhere_readable(database: Database, dossier: Dossier) -> None:
    with database.read() as db:
        rows = list(db.connection().exec_driver_sql("SELECT * FROM dossier").all())
        rows += db.connection().exec_driver_sql("SELECT * FROM audit_entry").all()
    kept = b"|".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for row in rows for value in row
    )
    for secret in (NUMBER, MOBILE, IDENTITY["address"]):
        assert secret.encode() not in kept
    assert dossier.name.encode() in kept, "the name is what lists are searched by"


@pytest.mark.parametrize("links", [True, False])
def test_a_key_file_is_written_once_for_its_owner_only(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:  # as on file systems of cameras and of some network folders
        monkeypatch.setattr("data.keys.os.link", Mock(side_effect=OSError(errno.EPERM, "no links")))
    path = tmp_path_factory.mktemp("keys") / "sub" / "keyring.json"
    keyring = new_keyring()
    save_keyring(keyring, path)
    assert load_keyring(path) == keyring
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        save_keyring(new_keyring(), path)
    assert load_keyring(path) == keyring
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"current": "k1", "encryption": {"k1": "?"}, "index": "", "tokens": 1}']
)
def test_a_damaged_key_file_is_told(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = tmp_path_factory.mktemp("keys") / "keyring.json"
    path.write_text(content)
    with pytest.raises(KeyFileError, match="damaged"):
        load_keyring(path)
