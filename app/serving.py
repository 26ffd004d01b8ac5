"""Starting Streamlit's server on the ASGI application."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[1]


def command(config: Settings) -> list[str]:
    """The command line of the server."""
    address = ["--server.address", config.host, "--server.port", str(config.port)]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "server.py"), *address]


def environment(config: Settings) -> dict[str, str]:
    """The server's environment: it runs in the program's folder, so the home must not be relative."""
    return {
        **os.environ,
        "CONGYE_HOME": str(config.home.resolve()),
        "CONGYE_DEMO": "1" if config.demo else "0",
        # Streamlit's server believes the forwarding headers of these, by default those of this machine.
        "FORWARDED_ALLOW_IPS": config.trusted_proxies,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }


def serve(config: Settings) -> int:
    """Run the server until it is stopped; returns its code."""
    with start(config) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()
            return server.wait()


@contextmanager
def start(config: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server beside this process; it ends with the context, and with this process when that is told to."""
    server = subprocess.Popen(command(config), cwd=ROOT, env=environment(config))  # noqa: S603  our own command line
    # Service managers stop us by SIGTERM, which would leave the server behind.
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield server
    finally:
        signal.signal(signal.SIGTERM, former)
        server.terminate()
        server.wait()
