"""A private PostgreSQL server for tests: started when first asked for, gone with the process that started it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

START_SECONDS = 30
# Nothing here outlives the tests: no waiting for the disk. Memory and just-in-time compilation for small databases.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "unix_socket_directories": "",
}


NOT_DURABLE = {"fsync", "full_page_writes", "synchronous_commit"}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a private server's database `postgres`, as its superuser; one server for each test process."""
    with tempfile.TemporaryDirectory(prefix="congye-postgres-") as folder, private_cluster(Path(folder)) as url:
        yield url


class Cluster:
    """A server with its files in `directory`, on a port of its own; it can be killed and started again.

    Run as root, `directory` must lie where others may reach it: the server refuses to be root and is another user.
    A durable one waits for the disk as in an office; the others' data die with the tests. `settings` are PostgreSQL's, put in
    place of ours; `environment` is added to ours. Data that lie in `directory` already are served as they are.
    """

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._account = _account()
        if self._account:
            os.chown(directory, self._account.pw_uid, self._account.pw_gid)
        self._directory, self._log = directory, directory / "server.log"
        kept = {name: value for name, value in SETTINGS.items() if not (durable and name in NOT_DURABLE)}
        self._settings = {**kept, **(settings or {})}
        self._environment = {**os.environ, **(environment or {})}
        self._server: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        if not (directory / "data").exists():
            self._make()

    def _make(self) -> None:
        options = ("--username=postgres", "--auth-host=trust", "--auth-local=reject", "--no-sync", "--no-instructions")
        with self._run(
            "initdb", *options, "--encoding=UTF8", "--locale=C.UTF-8", str(self._directory / "data")
        ) as initdb:
            assert initdb.wait() == 0, self._log.read_text("utf-8")

    @property
    def url(self) -> str:
        """The address of the database `postgres` for SQLAlchemy, as its superuser."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        data = str(self._directory / "data")
        self._server = self._run("postgres", "-D", data, "-p", str(self.port), *settings)
        _wait_until_ready(self.port, self._server, self._log)

    def stop(self) -> None:
        """PostgreSQL's “immediate shutdown”."""
        assert self._server
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    def shut_down(self) -> None:
        """PostgreSQL's “fast shutdown”, which ends every session and leaves nothing to be recovered."""
        assert self._server
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
        self._server.wait()

    def restart(self) -> None:
        """A fast shutdown and a start; also after it stopped by itself."""
        self.shut_down()
        self.start()

    def is_up(self) -> bool:
        """Whether the server is there."""
        return self._server is not None and self._server.poll() is None

    def kill(self) -> None:
        """Kill the server with all its processes, as when the power fails.

        Each of them has a group of its own, and left alone they notice only after a while: until then no other can be started.
        """
        assert self._server
        mine = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children")
        self._server.send_signal(signal.SIGSTOP)  # it makes no more
        processes = [int(pid) for pid in mine.read_text("ascii").split()]
        for pid in (self._server.pid, *processes):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in processes):
            time.sleep(0.01)

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(_folder_of_programs() / program), *arguments]
        if setpriv := shutil.which("setpriv"):
            # The kernel tells the server when this process is gone, killed too.
            command = [setpriv, "--pdeathsig=QUIT", *command]
        account = self._account
        with self._log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                start_new_session=True,
            )


@contextmanager
def private_cluster(directory: Path) -> Iterator[str]:
    """Run a new server with its files in the empty `directory`; yields its address for SQLAlchemy."""
    cluster = Cluster(directory)
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop()


def create_database(base_url: str, name: str) -> str:
    """Make the empty database `name` on the server at `base_url`; returns its address."""
    url = make_url(base_url)
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname=url.database, autocommit=True
    ) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url.set(database=name).render_as_string(hide_password=False)


def _account() -> pwd.struct_passwd | None:
    """Who the server runs as: None for the user of the tests, unless that is root."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _folder_of_programs() -> Path:
    """Where the newest server lies; Debian keeps it off the PATH."""
    newest = max(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major_version, default=None)
    found = newest or shutil.which("postgres")
    assert found, "No PostgreSQL server: deploy/bootstrap.sh test installs it"
    return Path(found).parent


def _major_version(program: Path) -> float:
    return float(program.parts[-3])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert server.poll() is None, log.read_text("utf-8")
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.05)
        else:
            return
