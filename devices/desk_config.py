"""What the agent at a desk keeps: which server it belongs to, and the key it signs with. Standard library only."""

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PAIR_PATH = "/api/desks/pair"
SECONDS = 15
LONGEST = 4096


class PairingError(Exception):
    """Why the agent could not be paired, for the person at the desk."""


@dataclass(frozen=True)
class DeskConfig:
    """The agent's own: the server's origin, the desk's id there, the key that both know."""

    origin: str
    desk: str
    key: bytes = field(repr=False)

    def save(self, path: Path) -> None:
        """Keep it where only this user can read it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"origin": self.origin, "desk": self.desk, "key": base64.b64encode(self.key).decode()})
        part = path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "DeskConfig | None":
        """What was saved; None where nothing was. Raises PairingError for a file that is broken."""
        try:
            values = json.loads(path.read_text("utf-8"))
            return cls(str(values["origin"]), str(values["desk"]), base64.b64decode(values["key"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PairingError(f"{path} cannot be read ({type(error).__name__}). Pair this desk again.") from None


def default_path() -> Path:
    """Where this user's configuration is kept."""
    roaming = os.environ.get("APPDATA")
    return (Path(roaming) if roaming else Path.home() / ".config") / "congye-desk" / "desk.json"


def origin_of(server: str) -> str:
    """The origin of the server's address, as browsers write it. Raises PairingError.

    The key travels over this connection: it has to be https, unless the server is this machine.
    """
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise PairingError("The server's address begins with https://")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise PairingError("The server must be reached by https: the desk's key travels over this connection.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def pair(server: str, code: str) -> DeskConfig:
    """Give the server the code that the administrator was shown; what the agent keeps. Raises PairingError."""
    origin = origin_of(server)
    body = json.dumps({"code": code}).encode()
    # The server takes such requests from its own pages only; the agent is one of its own too.
    headers = {"Content-Type": "application/json", "Origin": origin}
    request = urllib.request.Request(origin + PAIR_PATH, body, headers)  # noqa: S310 - http(s), see origin_of
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            values: dict[str, Any] = json.loads(response.read(LONGEST))
        return DeskConfig(origin, str(values["desk"]), base64.b64decode(values["key"]))
    except urllib.error.HTTPError as error:
        if error.code == 403:
            raise PairingError("The code is wrong, used or too old. Ask the administrator for a new one.") from None
        raise PairingError(f"The server answers {error.code}.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PairingError(f"The server does not answer as expected ({type(error).__name__}).") from None
