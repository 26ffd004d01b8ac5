"""A newcomer's set-up: what is installed is pinned, make says what it can do, nothing leads to one machine."""

import ast
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.postgres import create_database

ROOT = Path(__file__).parents[1]
LISTS = ("requirements", "requirements-sms", "requirements-dev")
PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)(?: ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)
# Square brackets so that this line does not find itself.
FOREIGN = re.compile(
    r"p[y]pi\.org|p[y]thonhosted\.org|n[p]mjs\.(org|com)|(deb|security|snapshot|packages|ftp[\w.]*)\.d[e]bian\.(org|net)"
    r"|(?<![\w.-])/(wor[k]|roo[t])/|/op[t]/(wheels|py)"
)


def wanted(name: str) -> set[str]:
    """The packages that a list names itself, normalised."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / f"{name}.in").read_text("utf-8").splitlines())
    return {normal(re.split(r"[\[<>=~! ]", line)[0]) for line in lines if line and not line.startswith("-")}


def pinned(name: str) -> set[tuple[str, str]]:
    """Names and versions that a list pins with hashes."""
    return {(match[1], match[2]) for match in PIN.finditer((ROOT / f"{name}.txt").read_text("utf-8"))}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.xdist_group("together")
def test_what_belongs_to_one_process_is_kept_together(request: pytest.FixtureRequest, worker_id: str) -> None:
    """Some versions of pytest and pytest-xdist scatter it without a word, and tests that share a server meet others' data."""
    assert worker_id == "master" or request.node.nodeid.endswith("@together")


@pytest.mark.parametrize("name", LISTS)
def test_every_package_that_is_asked_for_is_pinned(name: str) -> None:
    assert wanted(name) - {package for package, _version in pinned(name)} == set()


@pytest.mark.parametrize("name", LISTS)
def test_every_package_is_explained(name: str) -> None:
    lines = (ROOT / f"{name}.in").read_text("utf-8").splitlines()
    assert [line for line in lines if line[:1].isalnum() and not re.search(r" # \S", line)] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_pinned_list_holds_nothing_but_pins_with_hashes(name: str) -> None:
    rest = PIN.sub("", (ROOT / f"{name}.txt").read_text("utf-8"))
    assert [line for line in rest.splitlines() if line and not line.lstrip().startswith("#")] == []
    assert re.findall(r".*(?:://|file:|index|find-links| /).*", rest) == []


@pytest.mark.parametrize("name", ["requirements-sms", "requirements-dev"])
def test_lists_installed_together_agree_on_versions(name: str) -> None:
    program = pinned("requirements")
    shared = {package for package, _version in program}
    assert {pin for pin in pinned(name) if pin[0] in shared} <= program


def imported() -> Iterator[str]:
    """The first names of all that the program imports."""
    for path in (path for folder in ("app", "data", "devices", "pages") for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_package_that_the_program_imports_is_asked_for() -> None:
    owners = packages_distributions()
    foreign = set(imported()) - sys.stdlib_module_names - {"app", "data", "devices", "pages"}
    asked_for = wanted("requirements") | wanted("requirements-sms")
    assert {name for name in foreign if not {normal(owner) for owner in owners.get(name, [])} & asked_for} == set()


def test_make_lists_every_target() -> None:
    targets = re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^make ([a-z-]+) +\S.*$", listed, re.MULTILINE) == targets
    assert {"demo", "serve", "test"} <= set(targets)


def test_nothing_names_a_registry_or_a_place_on_one_machine() -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [path for path in (ROOT / name for name in names if name) if path.is_file()]
    assert files
    assert [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in files
        if (found := FOREIGN.search(path.read_text("utf-8", errors="ignore")))
    ] == []


@pytest.mark.parametrize("line", ["from https://py_pi.org/simple", "see /wo_rk/main", "'/op_t/wheels'"])
def test_the_search_for_such_names_finds_them(line: str) -> None:
    assert FOREIGN.search(line.replace("_", ""))


def test_the_tests_have_a_postgresql_server_of_their_own(postgres_url: str) -> None:
    engine = create_engine(create_database(postgres_url, "名册"))
    with engine.connect() as connection:
        shown = {
            name: connection.scalar(text(f"SHOW {name}"))
            for name in ("server_encoding", "listen_addresses", "unix_socket_directories")
        }
        database, collation = connection.execute(
            text("SELECT datname, datcollate FROM pg_database WHERE datname = current_database()")
        ).one()
    engine.dispose()
    assert shown == {"server_encoding": "UTF8", "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    assert (database, collation) == ("名册", "C.UTF-8")


TESTS_THAT_ARE_KILLED = """
import sys, time
from pathlib import Path
from tests.postgres import private_cluster
with private_cluster(Path(sys.argv[1])) as url:
    print(url, flush=True)
    time.sleep(60)
"""


def test_the_server_is_gone_when_the_tests_are_killed() -> None:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", TESTS_THAT_ARE_KILLED, folder]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
            assert tests.stdout
            port = make_url(tests.stdout.readline().strip()).port
            answers = is_answering(port)
            tests.kill()
        assert answers
        deadline = time.monotonic() + 10
        while is_answering(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not is_answering(port)


def is_answering(port: int | None) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
