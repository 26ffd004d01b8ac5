"""The promises of docs/security.md name tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py|…)::(\w+)`")


def promised() -> list[tuple[str, str]]:
    """File and name of every test that is named; `…` stands for the file named before."""
    found, file = [], ""
    for document in ("security.md", "asvs.md"):
        path = ROOT / "docs" / document
        for match in NAMED.finditer(path.read_text("utf-8") if path.exists() else ""):
            file = file if match[1] == "…" else match[1]
            found.append((file, match[2]))
    return sorted(set(found))


@pytest.mark.parametrize(("file", "name"), promised())
def test_a_test_that_a_promise_names_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_a_test() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
    ]
    assert len(rows) > 25
    assert all(NAMED.search(row) for row in rows)


# The levels of the requirements of V5 to V8 in version 5.0.0, section by section, without those of level 3.
LEVELS = {
    "5.1": "2", "5.2": "112", "5.3": "11", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "1122", "6.4": "1122", "6.5": "22222", "6.6": "222", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22",
    "8.1": "12", "8.2": "112", "8.3": "1", "8.4": "2",
}  # fmt: skip


def test_every_requirement_is_answered_once() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text("utf-8")
    answered = re.findall(r"^\| (\d\.\d\.\d+) \| ([12]) \| [^|]+ \| [^|]+ \|$", text, re.MULTILINE)
    expected = [
        (f"{section}.{number}", level) for section, levels in LEVELS.items() for number, level in enumerate(levels, 1)
    ]
    assert answered == expected
    assert len(expected) == 69
