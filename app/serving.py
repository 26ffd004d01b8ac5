"""Starting Streamlit's server on the ASGI application."""

import os
import subprocess
import sys
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


def start(config: Settings) -> subprocess.Popen[bytes]:
    """Start the server beside this process."""
    return subprocess.Popen(command(config), cwd=ROOT, env=environment(config))  # noqa: S603  our own command line
