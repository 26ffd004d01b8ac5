"""No service function without a declared right: looked for in the syntax tree of every module but the interface's."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
INTERFACE = ("ui", "main.py", "server.py")
UNGUARDED = {
    "access/registration.py:complete": "opens its own transactions; what it changes is guarded by self.register",
    "access/rights.py:guarded": "the guard itself",
    "audit/trail.py:note": "writes the row of what a guarded function did",
    "audit/views.py:note": "records a look that a guarded function allowed",
    "jobs/queue.py:enqueue": "the service that puts a job in has checked its right",
    "transfer/reading.py:batches": "reads what a guarded export asks for",
    "records/trash.py:put": "moves what a guarded function deleted",
    "records/trash.py:put_attachment": "moves what a guarded function deleted",
}
"""Why these need no guard of their own."""


def modules() -> Iterator[Path]:
    for path in sorted(APP.rglob("*.py")):
        if path.relative_to(APP).parts[0] not in INTERFACE:
            yield path


def service_functions(source: str) -> Iterator[tuple[str, bool]]:
    """Public functions that begin with `db` and `actor`, and whether `@requires` guards them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if "actor" in names and names[0] in {"db", "database"}:
                yield node.name, _authorises(node) or any(map(_is_requires, node.decorator_list))


def _is_requires(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", None) == "requires"


def _authorises(node: ast.FunctionDef) -> bool:
    """Whether the body itself asks for a right, as functions do that open their own transactions."""
    calls = (each.value for each in node.body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call))
    return any(getattr(call.func, "id", None) == "authorise" for call in calls)


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(APP)))
def test_every_service_function_declares_its_right(path: Path) -> None:
    undeclared = [
        f"{path.relative_to(APP)}:{name}" for name, declared in service_functions(path.read_text()) if not declared
    ]
    assert set(undeclared) <= set(UNGUARDED)


def test_an_undeclared_function_would_be_found() -> None:
    source = "def open_up(db, actor, dossier_id): ...\n@requires(Action.X)\ndef fine(db, actor): ...\ndef _own(db, actor): ..."
    assert list(service_functions(source)) == [("open_up", False), ("fine", True)]


def test_every_exception_is_still_one() -> None:
    found = {
        f"{path.relative_to(APP)}:{name}" for path in modules() for name, _d in service_functions(path.read_text())
    }
    assert set(UNGUARDED) <= found


def test_there_are_services_to_look_at() -> None:
    assert sum(declared for path in modules() for _name, declared in service_functions(path.read_text())) > 40
