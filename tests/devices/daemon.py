"""A PC/SC daemon of the tests' own: Debian's pcscd with vsmartcard's virtual reader, in a folder it takes for the root.

The daemon has one socket address built in, so two of them need two roots. The client library is led to ours by
PCSCLITE_CSOCK_NAME. Nothing of the machine's own daemon is touched, and test workers do not meet.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import AF_INET, AF_UNIX, SOCK_STREAM, socket
from threading import Lock

import pytest

from devices import pcsc
from devices.vpcd import Slot

PCSCD = Path("/usr/sbin/pcscd")
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
START_SECONDS = 10


@dataclass
class Daemon:
    """The daemon; `port` is that of the virtual reader's first slot, the second slot has the next one."""

    root: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    changing: Lock = field(default_factory=Lock)
    """A card may stop the daemon in a thread of its own while the test starts it again."""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find this daemon."""
        return {"PCSCLITE_CSOCK_NAME": str(self.root / "run/pcscd/pcscd.comm")}

    def start(self) -> None:
        """Start the daemon and wait for its socket."""
        with self.changing:
            self._start()

    def _start(self) -> None:
        for left in ("pcscd.comm", "pcscd.pid"):
            (self.root / "run/pcscd" / left).unlink(missing_ok=True)
        # A process with another root needs root; the tests run as root, as the whole suite does.
        self.process = subprocess.Popen(
            ["chroot", str(self.root), str(PCSCD), "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert time.monotonic() < deadline, "pcscd did not start"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the daemon, as when it crashes or is upgraded."""
        with self.changing:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
                self.process = None

    def plug(self) -> None:
        """Put the virtual reader back. The daemon reads its readers' file when it starts."""
        self._restart_with(self._reader())

    def unplug(self) -> None:
        """Take the virtual reader away."""
        self._restart_with("")

    def _restart_with(self, readers: str) -> None:
        self.stop()
        (self.root / "etc/reader.conf.d/vpcd").write_text(readers)
        self.start()

    def _reader(self) -> str:
        channel = f"0x{self.port:04X}"
        return f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{channel}\nLIBPATH {DRIVER}\nCHANNELID {channel}\n'

    def _listens(self) -> bool:
        with closing(socket(AF_UNIX, SOCK_STREAM)) as probe:
            try:
                probe.connect(self.environment["PCSCLITE_CSOCK_NAME"])
            except OSError:
                return False
        return True


@pytest.fixture(scope="session", autouse=True)
def pcsc_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this run's daemon has its root; the client library asks for the socket once, so it is told at the start."""
    root = tmp_path_factory.mktemp("pcsc") / "root"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(root / "run/pcscd/pcscd.comm"))
        yield root


@pytest.fixture(scope="session")
def pcsc_daemon(pcsc_root: Path) -> Iterator[Daemon]:
    """One daemon for the whole run."""
    with daemon(pcsc_root) as running:
        yield running


@pytest.fixture
def pcscd(pcsc_daemon: Daemon) -> Daemon:
    """The daemon, running, whatever the test before did to it."""
    if pcsc_daemon.process is None:
        pcsc_daemon.start()
    return pcsc_daemon


@pytest.fixture
def slot(pcscd: Daemon) -> Iterator[Slot]:
    """The first slot of the virtual reader, and the daemon has seen that it is empty."""
    made = Slot(pcscd.port)
    wait_until_empty()
    yield made
    made.lift()


@contextmanager
def daemon(root: Path) -> Iterator[Daemon]:
    """Prepare the folder and run the daemon in it."""
    for folder in ("run/pcscd", "etc/reader.conf.d", "tmp", "dev"):
        (root / folder).mkdir(parents=True)
    for program in (PCSCD, DRIVER):
        # The C library loads libgcc_s by itself when a thread ends.
        for file in (program, *_libraries(program), _thread_library()):
            copy = root / file.relative_to("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    made = Daemon(root, _two_free_ports())
    (root / "etc/reader.conf.d/vpcd").write_text(made._reader())
    made.start()
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(root)


def wait_until_empty() -> None:
    """Wait until the daemon has seen that no card lies on the reader."""
    deadline = time.monotonic() + START_SECONDS
    while (state := pcsc.status(None).state) != "no_card":
        assert time.monotonic() < deadline, state
        time.sleep(0.02)


def _libraries(program: Path) -> list[Path]:
    told = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout
    return [Path(found) for found in re.findall(r"(/\S+)", told)]


def _thread_library() -> Path:
    told = subprocess.run(["ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    return Path(re.findall(r"libgcc_s\.so\.1 .*=> (/\S+)", told)[0])


def _two_free_ports() -> int:
    for port in range(36100 + os.getpid() % 400 * 20, 60000, 2):
        with closing(socket(AF_INET, SOCK_STREAM)) as one, closing(socket(AF_INET, SOCK_STREAM)) as two:
            try:
                one.bind(("", port))
                two.bind(("", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("no free ports")
