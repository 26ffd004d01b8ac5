"""python -m tests.browser.forked PORT…: servers at the price of one; the program is imported once and then forked.

Each runs the product's own command, and what it is asked first is the first request of a start.
"""

import os
import signal
import sys

from app import server, serving
from app.settings import Settings

__all__ = ["server"]


def serve(port: str) -> None:
    """Be a server on a port until told to stop."""
    os.environ["CONGYE_PORT"] = port
    serving.run(Settings())


def main() -> None:
    """Fork a server for each port; they end with this process."""
    servers = []
    for port in sys.argv[1:]:
        if not (pid := os.fork()):
            serve(port)
            os._exit(0)
        servers.append(pid)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for pid in servers:
            os.waitpid(pid, 0)
    except KeyboardInterrupt:
        for pid in servers:
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
