"""Starting Streamlit's server on the ASGI application."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.database import bring_up_to_date, database
from app.memory import collect_later
from app.settings import Settings, settings

ROOT = Path(__file__).parents[1]


NOT_STARTED = 3
"""What the process ends with where the server could not begin; the log says why."""
COMMAND = (sys.executable, "-m", "app.serving")
"""The command line of a server beside this process; `environment` is its environment."""


def options(config: Settings) -> dict[str, Any]:
    """What Streamlit is told beside `.streamlit/config.toml`."""
    told: dict[str, Any] = {"server.address": config.host, "server.port": config.port}
    if config.has_single_sign_on:
        told["secrets.files"] = [str(secrets_path(config))]
    return told


def secrets_path(config: Settings) -> Path:
    """Where Streamlit reads what single sign-on needs."""
    return config.home.resolve() / "keys" / "streamlit-secrets.toml"


def write_secrets(config: Settings) -> None:
    """Write that file anew, for its owner's eyes only."""
    from app.access.single_sign_on import streamlit_secrets  # noqa: PLC0415  it brings all models

    path = secrets_path(config)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(streamlit_secrets(config))


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


def run(config: Settings) -> None:
    """Be the server until told to stop."""
    collect_later()  # until the server's own beginning
    import uvicorn  # noqa: PLC0415  whoever starts a server beside needs none of it

    from app.server import listening  # noqa: PLC0415

    server = uvicorn.Server(listening(options(config)))
    server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


def serve(config: Settings, tell: Callable[[], object]) -> None:
    """Become the server, once the schema is the newest and this was told. Ends with the process.

    What the command has imported and opened by now the server goes on with.
    """
    os.environ |= environment(config)
    os.chdir(ROOT)
    settings.cache_clear()
    bring_up_to_date(database())
    tell()
    if config.has_single_sign_on:
        write_secrets(config)
    logging.getLogger().setLevel(logging.WARNING)  # libraries tell at lower levels what they ask other servers
    run(settings())


@contextmanager
def start(config: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server beside this process; it ends with the context, and with this process when that is told to."""
    if config.has_single_sign_on:
        write_secrets(config)
    server = subprocess.Popen(COMMAND, cwd=ROOT, env=environment(config))  # noqa: S603  our own command line
    # Service managers stop us by SIGTERM, which would leave the server behind.
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield server
    finally:
        signal.signal(signal.SIGTERM, former)
        server.terminate()
        server.wait()


if __name__ == "__main__":
    run(settings())
