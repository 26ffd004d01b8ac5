"""Starting Streamlit's server on the ASGI application."""

import logging
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.access import single_sign_on
from app.settings import Settings, settings

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


def serve(config: Settings) -> None:
    """Become the server: what the command has imported by now is most of what the server needs. Ends with the process."""
    if single_sign_on.is_on(config):
        write_secrets(config)
    logging.getLogger().setLevel(logging.WARNING)  # libraries tell at lower levels what they ask other servers
    os.environ |= environment(config)
    os.chdir(ROOT)
    settings.cache_clear()
    sys.argv = command(config)[2:]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


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
