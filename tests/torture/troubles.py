"""The kinds of trouble: what is done to an installation, and how one is made that this can be done to."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url, text

from tests.torture import surroundings
from tests.torture.installation import Installation, installed
from tests.torture.proxy import Proxy

LONG_SESSIONS = {"CONGYE_PRACTITIONER_IDLE_MINUTES": "600", "CONGYE_PRACTITIONER_SESSION_HOURS": "24"}
"""A clock that jumps an hour would end them: that is right, and tested elsewhere."""

Moment = Callable[[], None]


@dataclass(frozen=True)
class Trouble:
    """What happens to an installation. `again` happens over and over while it lasts."""

    begin: Moment
    end: Moment
    again: Moment | None = None
    refuses: bool = True
    """Somebody must be told; otherwise everybody works on and nobody is told anything."""


@dataclass(frozen=True)
class Fault:
    """A kind of trouble: on which databases, and how an installation with it is made."""

    name: str
    databases: tuple[str, ...]
    made: Callable[[str, int], AbstractContextManager[tuple[Installation, Trouble]]]
    mounts: bool = False


@contextmanager
def _full_disk(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder(small=True) as home, installed(kind, home, people) as installation:

        def begin() -> None:
            surroundings.fill_up(home)

        def end() -> None:
            (home / "ballast").unlink()
            if installation.cluster and not installation.cluster.is_up():
                installation.cluster.restart()

        yield installation, Trouble(begin, end)


@contextmanager
def _full_quota(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder() as home, installed(kind, home, people) as installation:
        yield (
            installation,
            Trouble(
                lambda: surroundings.limit_files(installation.pid, 4096),
                lambda: surroundings.limit_files(installation.pid, -1),
            ),
        )


@contextmanager
def _read_only_folder(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder() as home, installed(kind, home, people) as installation:

        def begin() -> None:
            # Files that are open stay writable: it shows after a start.
            installation.kill_server()
            surroundings.set_writable(home, writable=False)
            installation.server_prefix = surroundings.bound_by_permissions()
            installation.start("/api/health")

        yield installation, Trouble(begin, lambda: surroundings.set_writable(home, writable=True))


@contextmanager
def _read_only_database(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder() as home, installed(kind, home, people) as installation:

        def setting(value: str) -> None:
            with installation.site.database.engine.connect() as connection:
                free = connection.execution_options(isolation_level="AUTOCOMMIT")
                free.execute(text(f"ALTER SYSTEM SET default_transaction_read_only = {value}"))
                free.execute(text("SELECT pg_reload_conf()"))

        yield installation, Trouble(lambda: setting("on"), lambda: setting("off"))


@contextmanager
def _restarted(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder() as home, installed(kind, home, people) as installation:
        cluster = installation.cluster
        assert cluster

        def end() -> None:
            if not cluster.is_up():
                cluster.start()
            installation.site.database.engine.dispose()

        yield installation, Trouble(cluster.stop, end)


@contextmanager
def _behind_proxy(kind: str, people: int) -> Iterator[tuple[Installation, Proxy]]:
    with surroundings.folder() as home, installed(kind, home, people) as installation:
        assert installation.cluster
        proxy = Proxy(installation.cluster.port)
        address = make_url(installation.site.environment["CONGYE_DATABASE_URL"]).set(port=proxy.port)
        installation.server_environment["CONGYE_DATABASE_URL"] = address.render_as_string(hide_password=False)
        installation.kill_server()
        installation.start()
        try:
            yield installation, proxy
        finally:
            proxy.close()


@contextmanager
def _cut(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with _behind_proxy(kind, people) as (installation, proxy):
        yield installation, Trouble(proxy.cut, proxy.cut, again=proxy.cut)


@contextmanager
def _slow(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with _behind_proxy(kind, people) as (installation, proxy):
        yield (
            installation,
            Trouble(lambda: setattr(proxy, "slow", True), lambda: setattr(proxy, "slow", False), refuses=False),
        )


@contextmanager
def _hanging(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with _behind_proxy(kind, people) as (installation, proxy):
        yield installation, Trouble(proxy.hang, proxy.flow)


@contextmanager
def _clock(kind: str, people: int) -> Iterator[tuple[Installation, Trouble]]:
    with surroundings.folder() as home:
        clock = surroundings.Clock(home)
        jumps = iter((3600, -3600) * 1000)
        with installed(kind, home, people, clock=clock.environment, settings=LONG_SESSIONS) as installation:
            yield installation, Trouble(lambda: clock.put(next(jumps)), lambda: clock.put(0), refuses=False)


FAULTS = (
    Fault("full disk", ("sqlite", "postgresql"), _full_disk, mounts=True),
    Fault("full quota", ("sqlite",), _full_quota),
    Fault("read-only folder", ("sqlite",), _read_only_folder),
    Fault("read-only database", ("postgresql",), _read_only_database),
    Fault("database restarted", ("postgresql",), _restarted),
    Fault("connection cut", ("postgresql",), _cut),
    Fault("connection slow", ("postgresql",), _slow),
    Fault("connection hanging", ("postgresql",), _hanging),
    Fault("clock jumping an hour", ("sqlite", "postgresql"), _clock),
)
