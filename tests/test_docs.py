"""The documents say what is there: every setting, command, return code, role."""

from pathlib import Path

import pytest

from app.access.rights import STAFF
from app.cli import parser
from app.commands import RETURN_CODES
from app.settings import Settings, settings_table

DOCS = Path(__file__).parents[1] / "docs"


def test_the_settings_page_is_the_settings_table() -> None:
    assert (DOCS / "settings.md").read_text("utf-8").endswith(settings_table() + "\n")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_described(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"`CONGYE_{name.upper()}`" in (DOCS / "settings.md").read_text("utf-8")


def commands() -> list[str]:
    (choices,) = (action.choices for action in parser()._actions if action.choices)
    return sorted(choices)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"| `{command}" in (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("code", sorted(RETURN_CODES))
def test_every_return_code_is_documented(code: int) -> None:
    assert f"| {code} | {RETURN_CODES[code]} |" in (DOCS / "commands.md").read_text("utf-8")


@pytest.mark.parametrize("role", STAFF)
def test_every_staff_role_is_documented(role: str) -> None:
    assert f"`{role}`" in (DOCS / "commands.md").read_text("utf-8")
