"""Starting Streamlit's server on the ASGI application."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.access import single_sign_on
from app.settings import Settings

ROOT = Path(__file__).parents[1]


def command(config: Settings) -> list[str]:
    """The command line of the server."""
    options = ["--server.address", config.host, "--server.port", str(config.port)]
    if single_sign_on.is_on(config):
        options += ["--secrets.files", str(secrets_path(config))]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "server.py"), *options]


def secrets_path(config: Settings) -> Path:
    """Where Streamlit reads what single sign-on needs."""
    return config.home.resolve() / "keys" / "streamlit-secrets.toml"


def write_secrets(config: Settings) -> None:
    """Write that file anew, for its owner's eyes only."""
    path = secrets_path(config)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(single_sign_on.streamlit_secrets(config))


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
    if single_sign_on.is_on(config):
        write_secrets(config)
    server = subprocess.Popen(command(config), cwd=ROOT, env=environment(config))  # noqa: S603  our own command line
    # Service managers stop us by SIGTERM, which would leave the server behind.
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield server
    finally:
        signal.signal(signal.SIGTERM, former)
        server.terminate()
        server.wait()
