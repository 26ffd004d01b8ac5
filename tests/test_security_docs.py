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
