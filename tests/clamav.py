"""ClamAV's own daemon with one signature, that of the test file which every scanner knows."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INFECTED = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Harmless, and in two pieces here, so that no scanner takes this file for infected."""
VIRUS = "Eicar-Test.UNOFFICIAL"


@contextmanager
def clamd(folder: Path, megabytes: int = 100) -> Iterator[str]:
    """A daemon on a socket in the folder, which takes files of so many megabytes; what to set CONGYE_CLAMD to."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "test.ndb").write_text(f"Eicar-Test:0:*:{INFECTED.hex()}\n")
    socket = folder / "clamd.ctl"
    lines = (
        f"DatabaseDirectory {folder}",
        f"LocalSocket {socket}",
        f"TemporaryDirectory {folder}",
        "Foreground yes",
        f"StreamMaxLength {megabytes}M",
        "ConcurrentDatabaseReload no",
    )
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    with (folder / "clamd.log").open("wb") as log:
        daemon = subprocess.Popen(["/usr/sbin/clamd", f"--config-file={folder / 'clamd.conf'}"], stdout=log, stderr=log)
        try:
            for _attempt in range(200):
                assert daemon.poll() is None, (folder / "clamd.log").read_text()
                if socket.exists():
                    break
                time.sleep(0.05)
            yield f"unix:{socket}"
        finally:
            daemon.terminate()
            daemon.wait()
