"""What a fault needs around an installation: a small disk, rights that also bind root, a clock that can be put."""

import errno
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SMALL_DISK = "400m"
"""PostgreSQL's new cluster and its log of writes take half of it."""
CLOCK_LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
PIECE = b"\0" * (1 << 20)


@contextmanager
def folder(*, small: bool = False) -> Iterator[Path]:
    """A home folder that the database's own user can reach; a small one is a disk of its own (mounting needs root)."""
    with tempfile.TemporaryDirectory(prefix="congye-torture-") as name:
        home = Path(name)
        if small:
            _mount(home)
        try:
            home.chmod(0o755)
            yield home
        finally:
            if small:
                subprocess.run(("umount", "--lazy", name), check=True)


def can_mount() -> bool:
    """Whether this process may mount a disk: containers often may not."""
    with tempfile.TemporaryDirectory() as name:
        try:
            _mount(Path(name))
        except (subprocess.CalledProcessError, FileNotFoundError):
            return False
        subprocess.run(("umount", name), check=True)
    return True


def _mount(place: Path) -> None:
    command = ("mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(place))
    subprocess.run(command, check=True, capture_output=True)


def fill_up(home: Path) -> Path:
    """Fill the disk to its last byte; returns the file that does it."""
    ballast = home / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = len(PIECE)
        while size:
            try:
                file.write(PIECE[:size])
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2
    return ballast


def limit_files(pid: int, size: int) -> None:
    """Let no file that a process writes grow beyond `size` bytes; -1 takes the limit away. Needs no rights."""
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size < 0 else size, hard))


def bound_by_permissions() -> tuple[str, ...]:
    """Before a command line: it runs without root's right to write where permissions forbid it."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")


def set_writable(home: Path, *, writable: bool) -> None:
    """Take the right to write away from the folder and the database's files in it, or give it back."""
    for path in (home, *home.glob("congye.db*")):
        with suppress(FileNotFoundError):
            path.chmod((0o755 if path == home else 0o644) if writable else (0o555 if path == home else 0o444))


class Clock:
    """The clock of the programs that have `environment`: it can be put forward and back while they run."""

    def __init__(self, home: Path) -> None:
        self._file = home / "clock"
        self.put(0)

    @property
    def environment(self) -> dict[str, str]:
        """What lays Debian's libfaketime between a program and the clock; the monotonic clock stays the machine's."""
        library = next(Path("/").glob(CLOCK_LIBRARIES.lstrip("/")), None)
        assert library, "libfaketime is missing: deploy/bootstrap.sh test installs it"
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }

    def put(self, seconds: int) -> None:
        """Let the clock be so many seconds from the machine's; it is seen after a second."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.chmod(0o644)
        shutil.move(fresh, self._file)
