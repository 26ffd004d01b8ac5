"""Single sign-on: whose identity becomes a session, and what Streamlit is told."""

import tomllib
from contextlib import nullcontext
from pathlib import Path

import pytest
from pydantic import SecretStr

from app import serving
from app.access import accounts, sessions, single_sign_on
from app.access.rights import Role
from app.errors import UserError
from app.settings import Settings, settings
from data.engine import Database
from tests.people import ADMINISTRATOR

CLAIMS = {"sub": "1", "email": "w@example.org", "email_verified": True}


@pytest.fixture
def reviewer(database: Database) -> None:
    with database.write() as db:
        account = accounts.create(db, ADMINISTRATOR, "wang", "王", Role.REVIEWER, "correct horse battery")
        accounts.change(db, ADMINISTRATOR, account.id, "王", Role.REVIEWER, " w@example.org ")


@pytest.mark.usefixtures("reviewer")
def test_a_known_identity_gets_a_session_of_its_account(database: Database) -> None:
    with database.write() as db:
        opened = sessions.redeem(db, "visit", single_sign_on.ticket(db, "visit", CLAIMS))
    assert opened is not None
    assert opened.role is Role.REVIEWER


@pytest.mark.usefixtures("reviewer")
@pytest.mark.parametrize(
    "change",
    [{"email": "x@example.org"}, {"email_verified": False}, {"email_verified": None}, {"email": ""}, {"email": None}],
)
def test_an_unknown_or_doubtful_identity_gets_none(database: Database, change: dict[str, object]) -> None:
    with pytest.raises(UserError, match="unknown_identity"), database.write() as db:
        single_sign_on.ticket(db, "visit", {**CLAIMS, **change})


@pytest.mark.usefixtures("reviewer")
@pytest.mark.parametrize(
    ("said", "enough"), [({}, False), ({"acr": "1"}, False), ({"acr": "gold"}, True), ({"amr": ["pwd", "mfa"]}, True)]
)
def test_an_installation_can_ask_for_strong_log_ins(
    database: Database, monkeypatch: pytest.MonkeyPatch, said: dict[str, object], enough: bool
) -> None:
    monkeypatch.setattr(settings(), "oidc_strength", "gold mfa")
    with nullcontext() if enough else pytest.raises(UserError, match="weak_identity"), database.write() as db:
        single_sign_on.ticket(db, "visit", {**CLAIMS, **said})


@pytest.mark.usefixtures("reviewer")
def test_a_locked_account_stays_out(database: Database) -> None:
    with database.write() as db:
        (listed,) = accounts.listing(db, ADMINISTRATOR)
        accounts.lock(db, ADMINISTRATOR, listed.account.id)
    with pytest.raises(UserError, match="unknown_identity"), database.write() as db:
        single_sign_on.ticket(db, "visit", CLAIMS)


@pytest.mark.usefixtures("reviewer")
def test_an_identity_belongs_to_one_account(database: Database) -> None:
    with database.write() as db:
        other = accounts.create(db, ADMINISTRATOR, "zhao", "赵", Role.CLERK, "correct horse battery")
    with pytest.raises(UserError, match="sso_name"), database.write() as db:
        accounts.change(db, ADMINISTRATOR, other.id, "赵", Role.CLERK, "w@example.org")


def test_streamlits_file_of_secrets_is_its_owners_only(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    config = Settings(
        home=tmp_path,
        public_url="https://files.example.org/",
        oidc_metadata_url="https://id.example.org/.well-known/openid-configuration",
        oidc_client_id="congye",
        oidc_client_secret=SecretStr('quote " and \\ backslash'),
    )
    for _time in range(2):
        serving.write_secrets(config)
    path = serving.secrets_path(config)
    assert path.stat().st_mode & 0o777 == 0o600
    auth = tomllib.loads(path.read_text())["auth"]
    assert auth["redirect_uri"] == "https://files.example.org/oauth2callback"
    assert auth["client_secret"] == 'quote " and \\ backslash'
    assert len(auth["cookie_secret"]) == 64
    assert serving.options(config)["secrets.files"] == [str(path)]


def test_without_a_provider_nothing_is_switched_on() -> None:
    assert not Settings().has_single_sign_on
    assert "secrets.files" not in serving.options(Settings())
