"""An installation that can be killed: the real server, and where it is PostgreSQL the real database, in processes of their own."""

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app import serving
from app.settings import Settings
from tests.browser.site import Site, prepared
from tests.postgres import Cluster, create_database

START_SECONDS = 60


@dataclass
class Installation:
    """Server and database over one home folder."""

    site: Site
    cluster: Cluster | None
    database_killed: bool = field(default=False, init=False)
    """Since people began to work: pages may tell errors then."""
    server_environment: dict[str, str] = field(default_factory=dict)
    """Goes before the site's: only the server has it."""
    server_prefix: tuple[str, ...] = ()
    """Stands before the server's command line."""
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, path: str = "/api/ready") -> None:
        """Start the server and wait until it is ready, or answers at another path."""
        config = Settings(
            home=self.site.home,
            database_url=self.site.environment["CONGYE_DATABASE_URL"],
            port=int(self.site.environment["CONGYE_PORT"]),
            demo=True,
        )
        environment = {**serving.environment(config), **self.site.environment, **self.server_environment}
        with (self.site.home / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [*self.server_prefix, *serving.COMMAND],
                cwd=serving.ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait(path)

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._server
        return self._server.pid

    def is_up(self) -> bool:
        """Whether the server is there."""
        return self._server is not None and self._server.poll() is None

    def kill_server(self) -> None:
        """Kill the server at once; it gets no chance to finish anything."""
        assert self._server
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def kill_database(self) -> None:
        """Kill the database and start it again; the server lives on."""
        assert self.cluster
        self.database_killed = True
        self.cluster.kill()
        self.cluster.start()
        self.site.database.engine.dispose()

    def stop(self) -> None:
        """End what is left."""
        if self.is_up():
            self.kill_server()

    def _wait(self, path: str) -> None:
        assert self._server
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._server.poll() is None, "the server stopped by itself"
            try:
                with urllib.request.urlopen(f"{self.site.address}{path}", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        log = (self.site.home / "server.log").read_text("utf-8", "replace")
        raise AssertionError(f"the server did not get ready:\n{log[-2000:]}")


@contextmanager
def installed(
    kind: str,
    home: Path,
    people: int,
    *,
    clock: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Installation]:
    """An installation on `sqlite` or `postgresql` with made-up people, its server running.

    `clock` is added to the environment of server and database, `settings` (as `CONGYE_…`) to the site's.
    """
    cluster = None
    if kind == "postgresql":
        folder = home / "cluster"
        folder.mkdir()
        cluster = Cluster(folder, durable=True, environment=clock)
        cluster.start()
        address = create_database(cluster.url, "torture")
    else:
        address = f"sqlite:///{home / 'congye.db'}"
    try:
        with prepared(address, home, people, **(settings or {})) as site:
            installation = Installation(site, cluster, server_environment=dict(clock or {}))
            installation.start()
            try:
                yield installation
            finally:
                installation.stop()
    finally:
        if cluster:
            cluster.stop()
