"""Streamlit may run a page's file by its address: every one begins with its guard and holds nothing else."""

import ast
from pathlib import Path

import pytest

from app.access.rights import STAFF, Role
from app.ui.menu import entries

PAGES = Path(__file__).parents[2] / "pages"
ADDRESSES = sorted(path.stem for path in PAGES.glob("*.py"))
GUARDS = {"practitioner", "staff", "member", "anybody"}
# Pages that show nothing of anybody's to whoever has only the address: they are for those who are not in yet.
OPEN = {"login", "register", "staff_login", "outbox", "sign"}


def test_the_menu_has_every_page_and_no_other() -> None:
    assert sorted(entry.address for entry in entries()) == ADDRESSES


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_its_guard_and_what_it_lets_in(address: str) -> None:
    *imports, show = ast.parse((PAGES / f"{address}.py").read_text("utf-8")).body
    for line in imports:
        assert isinstance(line, ast.ImportFrom)
        assert line.module in {"app.ui", "app.access.rights"}, "whatever is imported runs before the guard"
    assert isinstance(show, ast.Expr)
    assert isinstance(show.value, ast.Call)
    assert ast.unparse(show.value.func).endswith(".show")
    assert name_of(guard_of(show.value)) in GUARDS


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_guard_lets_in_whom_the_menu_shows_the_page(address: str) -> None:
    show = ast.parse((PAGES / f"{address}.py").read_text("utf-8")).body[-1]
    assert isinstance(show, ast.Expr)
    assert isinstance(show.value, ast.Call)
    guard = guard_of(show.value)
    (roles,) = (entry.open_to for entry in entries() if entry.address == address)
    match name_of(guard):
        case "anybody":
            assert address in OPEN
            assert set(roles) <= {Role.VISITOR}
        case "practitioner":
            assert set(roles) == {Role.PRACTITIONER}
        case "member":
            assert set(roles) == {Role.PRACTITIONER, *STAFF}
        case _:
            named = {Role[ast.unparse(argument).removeprefix("Role.")] for argument in guard.args}
            assert set(roles) == (named or set(STAFF))


def guard_of(show: ast.Call) -> ast.Call:
    first = show.args[0]
    assert isinstance(first, ast.Call), "the guard is the first thing that is called"
    return first


def name_of(guard: ast.Call) -> str:
    module, _dot, name = ast.unparse(guard.func).partition(".")
    assert module == "guard"
    return name
