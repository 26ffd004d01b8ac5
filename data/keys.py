"""Keys of an installation: made on first run, kept in one file that only its owner may read."""

import base64
import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

KEY_BYTES = 32


class KeyFileError(Exception):
    """The key file is missing where data exist, or cannot be read. `code` says which."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


@dataclass(frozen=True)
class Keyring:
    """Encryption keys by id (the newest writes, all read) and the keys of the blind index and of tokens."""

    current: str
    encryption: dict[str, bytes]
    index: bytes
    tokens: bytes


def new_keyring() -> Keyring:
    """A keyring of fresh random keys of 256 bits."""
    return Keyring(
        current="k1",
        encryption={"k1": secrets.token_bytes(KEY_BYTES)},
        index=secrets.token_bytes(KEY_BYTES),
        tokens=secrets.token_bytes(KEY_BYTES),
    )


def load_keyring(path: Path) -> Keyring:
    """Read the key file. Raises KeyFileError (`missing`, `damaged`)."""
    try:
        stored = json.loads(path.read_text("ascii"))
        return Keyring(
            current=str(stored["current"]),
            encryption={name: base64.b64decode(key) for name, key in stored["encryption"].items()},
            index=base64.b64decode(stored["index"]),
            tokens=base64.b64decode(stored["tokens"]),
        )
    except FileNotFoundError:
        raise KeyFileError("missing", path) from None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise KeyFileError("damaged", path) from error


def rotated(keyring: Keyring) -> Keyring:
    """The keyring with one more encryption key, which writes from now on."""
    name = f"k{max(int(known[1:]) for known in keyring.encryption) + 1}"
    return replace(keyring, current=name, encryption={**keyring.encryption, name: secrets.token_bytes(KEY_BYTES)})


def without_old(keyring: Keyring) -> Keyring:
    """The keyring with the current encryption key alone."""
    return replace(keyring, encryption={keyring.current: keyring.encryption[keyring.current]})


def save_keyring(keyring: Keyring, path: Path) -> None:
    """Make a key file with mode 0600; whoever sees it sees all of it. Raises FileExistsError where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(f".{secrets.token_hex(4)}")
    _write_new(keyring, beside)
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # the file system has no links: whoever starts at this moment may read half of it, and is told so
        _write_new(keyring, path)
    finally:
        beside.unlink()
    _settle(path.parent)


def replace_keyring(keyring: Keyring, path: Path) -> None:
    """Put another keyring in place of the one at `path`: at every moment there is the old file or the new one."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    _write_new(keyring, beside)
    beside.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """What was put into the folder is there after a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(keyring: Keyring, path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_as_json(keyring))
        file.flush()
        os.fsync(file.fileno())


def _as_json(keyring: Keyring) -> str:
    stored = {
        "current": keyring.current,
        "encryption": {name: base64.b64encode(key).decode() for name, key in keyring.encryption.items()},
        "index": base64.b64encode(keyring.index).decode(),
        "tokens": base64.b64encode(keyring.tokens).decode(),
    }
    return json.dumps(stored, indent=1)
