"""Uploaded files are shown to ClamAV's own daemon: a virus is refused and on record, and nothing passes unseen."""

import io
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from app import scanning
from app.access.rights import Action, Actor, Role
from app.errors import UserError
from app.settings import Settings, settings
from data.engine import Database
from data.models import AuditEntry, Dossier
from tests.clamav import INFECTED, VIRUS, clamd
from tests.people import CLERK

TAKES_MEGABYTES = 2


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with clamd(tmp_path_factory.mktemp("clamd"), TAKES_MEGABYTES) as address:
        yield address


@pytest.fixture
def scanned(scanner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "clamd", scanner)


def refusal(database: Database, actor: Actor, content: bytes) -> str:
    """The code of what it is refused with; empty when it is taken, and can be read from its beginning then."""
    stream = io.BytesIO(content)
    try:
        scanning.refuse_infected(database, actor, stream, "scan.jpg")
    except UserError as error:
        return error.code
    assert stream.read() == content
    return ""


@pytest.mark.usefixtures("scanned")
def test_a_clean_file_is_taken(database: Database) -> None:
    assert refusal(database, CLERK, b"\xff\xd8\xff" + bytes(100_000)) == ""
    assert scanning.state() == "well"


@pytest.mark.usefixtures("scanned")
def test_a_virus_is_refused_and_on_record(database: Database, dossier: Dossier) -> None:
    assert refusal(database, Actor(Role.PRACTITIONER, dossier.id), INFECTED) == "infected"
    with database.read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == Action.UPLOAD_REFUSE)).one()
    assert entry.dossier_id == dossier.id
    assert entry.after
    assert (entry.after["file"], entry.after["virus"]) == ("scan.jpg", VIRUS)


@pytest.mark.usefixtures("scanned")
def test_what_the_scanner_does_not_take_is_refused(database: Database) -> None:
    assert refusal(database, CLERK, bytes((TAKES_MEGABYTES + 8) * 1024 * 1024)) == "not_scanned"


def test_with_the_scanner_away_nothing_is_taken(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clamd(tmp_path / "clamd") as address:
        monkeypatch.setattr(settings(), "clamd", address)
        assert refusal(database, CLERK, b"clean") == ""
    assert refusal(database, CLERK, b"clean") == "not_scanned"
    assert scanning.state() == "away"


@pytest.mark.parametrize("answer", [b"", b"stream: nonsense\n", b"stream: broken ERROR\n", b"\xff\n"])
def test_a_scanner_that_hangs_or_talks_nonsense_lets_nothing_through(
    database: Database, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(scanning, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        monkeypatch.setattr(settings(), "clamd", f"127.0.0.1:{server.getsockname()[1]}")
        told = other.submit(refusal, database, CLERK, b"clean")
        line, _address = server.accept()
        with line:
            if answer:
                line.sendall(answer)
            assert told.result() == "not_scanned"


def test_without_the_setting_nothing_is_asked(database: Database) -> None:
    assert refusal(database, CLERK, INFECTED) == ""
    assert scanning.state() == "off"


@pytest.mark.parametrize("address", ["clamav", "unix:clamd.ctl", "host:port", ":3310"])
def test_a_setting_that_names_no_socket_is_told_at_the_start(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(clamd=address)
    assert Settings(clamd="127.0.0.1:3310").clamd
