"""Role × action × owner: the whole table, and every service function behind it."""

import importlib
import inspect
import pkgutil
import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import app
from app.access.rights import OF_ONESELF, RIGHTS, SERVICES, STAFF, SYSTEM, VISITOR, Action, Actor, Role, Scope, may
from app.errors import Forbidden
from data.engine import Database

OWN, OTHERS = uuid.uuid4(), uuid.uuid4()
ROLES = [role for role in Role if role is not Role.SYSTEM]

EXPECTED = {
    Role.VISITOR: {"self.register": "any", "outbox.view": "any", "desk.pair": "any"},
    Role.PRACTITIONER: dict.fromkeys(
        (
            "dossier.view",
            "record.view",
            "record.edit",
            "record.submit",
            "trash.view",
            "trash.restore",
            "attachment.view",
            "attachment.edit",
            "signature.view",
            "signature.edit",
            "notice.choose",
            "session.begin",
            "session.own",
            "account.own",
            "upload.refuse",
        ),
        "own",
    ),
    Role.CLERK: dict.fromkeys(
        (
            "account.own",
            "session.own",
            "upload.refuse",
            "session.begin",
            "dossier.view",
            "dossier.search",
            "dossier.history",
            "dossier.print",
            "dossier.open",
            "desk.read",
            "mobile.change",
            "authenticator.reset",
            "record.view",
            "attachment.view",
            "signature.view",
            "job.follow",
        ),
        "any",
    ),
    Role.REVIEWER: dict.fromkeys(
        (
            "account.own",
            "session.own",
            "upload.refuse",
            "session.begin",
            "dossier.view",
            "dossier.search",
            "dossier.history",
            "dossier.print",
            "dashboard.view",
            "record.view",
            "record.correct",
            "record.review",
            "attachment.view",
            "signature.view",
            "signature.collect",
            "job.follow",
            "export.run",
        ),
        "any",
    ),
    Role.ADMINISTRATOR: dict.fromkeys(
        (
            "account.own",
            "session.own",
            "upload.refuse",
            "session.begin",
            "session.manage",
            "system.watch",
            "audit.view",
            "dossier.view",
            "dossier.search",
            "dossier.history",
            "dossier.close",
            "dossier.reopen",
            "dossier.erase",
            "dossier.merge",
            "index.rebuild",
            "dossier.print",
            "dashboard.view",
            "record.view",
            "record.import",
            "record.correct",
            "record.review",
            "trash.view",
            "trash.restore",
            "trash.clear",
            "attachment.view",
            "signature.view",
            "signature.collect",
            "staff.manage",
            "desk.manage",
            "job.follow",
            "import.run",
            "import.undo",
            "export.run",
            "export.full",
            "preference.change",
            "notice.send",
            "backup.make",
        ),
        "any",
    ),
}
OPERATORS = {"backup.restore", "installation.move", "keys.rotate"}
"""What only the command line does."""


def actor_of(role: Role) -> Actor:
    return Actor(role, OWN if role is Role.PRACTITIONER else uuid.uuid4())


@pytest.mark.parametrize(("role", "action"), list(product(ROLES, Action)))
def test_the_table_says_what_the_mission_says(role: Role, action: Action) -> None:
    scope = EXPECTED[role].get(action.value)
    actor = actor_of(role)
    assert may(actor, action, OTHERS) is (scope == "any")
    if role is Role.PRACTITIONER:
        assert may(actor, action, OWN) is (scope == "own")
        assert not may(actor, action, None)


def test_every_action_is_somebodys() -> None:
    assert set(RIGHTS) == set(Action)
    assert {action.value for action in Action if not RIGHTS[action]} == OPERATORS


def test_the_operator_at_the_machine_may_do_everything() -> None:
    assert all(may(SYSTEM, action, OTHERS) for action in Action)


def services() -> dict[str, Action]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.startswith(("app.ui", "app.main", "app.server", "app.__main__")):
            importlib.import_module(module.name)
    return dict(SERVICES)


SERVICE_CASES = [
    (name, role)
    for name, action in sorted(services().items())
    for role in ROLES
    if RIGHTS[action].get(role) is not Scope.ANY
    # what takes nobody's id cannot be asked for others' data
    and not (name in OF_ONESELF and RIGHTS[action].get(role))
]


@pytest.fixture(scope="module")
def untouched(sqlite_template: Path) -> Iterator[Database]:
    """A refusal comes before the database is asked: one for all will do."""
    opened = Database(f"sqlite:///{sqlite_template}")
    yield opened
    opened.close()


@pytest.mark.parametrize(("name", "role"), SERVICE_CASES)
def test_a_service_refuses_everybody_without_the_right(untouched: Database, name: str, role: Role) -> None:
    module, _, function_name = name.rpartition(".")
    function = getattr(importlib.import_module(module), function_name)
    signature = inspect.signature(function)
    arguments = dict.fromkeys(list(signature.parameters)[2:], OTHERS)
    with untouched.read() as db, pytest.raises(Forbidden):
        function(db, actor_of(role), **arguments)


def test_there_are_services_to_walk() -> None:
    assert len(services()) >= 15
    assert {role for _name, role in SERVICE_CASES} >= {Role.VISITOR, Role.PRACTITIONER, *STAFF} - {Role.ADMINISTRATOR}
    assert VISITOR.role is Role.VISITOR
