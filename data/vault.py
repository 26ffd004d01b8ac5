"""Encryption of personal data at rest and the blind index that finds it again.

A sealed value is `key id length (1) | key id | nonce (12) | AES-256-GCM ciphertext and tag`; the column's name is
authenticated with it, so that a value moved to another column does not open.
"""

import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from data.keys import KeyFileError, Keyring, load_keyring

log = logging.getLogger(__name__)

NONCE_BYTES = 12
INDEX_BYTES = 20
_AS_JSON = json.JSONEncoder(ensure_ascii=False)
LOOK_SECONDS = 2.0
"""A rotated key file is taken up by every process within this time."""


class SealedValueError(Exception):
    """A sealed value cannot be opened: its key is gone or its bytes were changed."""


class Vault:
    """Seals and opens values with an installation's keys."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._ciphers = {_begin(name): AESGCM(key) for name, key in keyring.encryption.items()}
        self._begin = _begin(keyring.current)
        self._purposes: dict[str, hmac.HMAC] = {}

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt `plain`, bound to `context` (table.column)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._begin + nonce + self._ciphers[self._begin].encrypt(nonce, plain, context.encode())

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed with the key that writes now."""
        return sealed.startswith(self._begin)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal` made. Raises SealedValueError."""
        begin = 1 + sealed[0] if sealed else 0
        cipher = self._ciphers.get(sealed[:begin])
        if cipher is None:
            raise SealedValueError(f"no key {sealed[1:begin]!r}")
        end = begin + NONCE_BYTES
        try:
            return cipher.decrypt(sealed[begin:end], sealed[end:], context.encode())
        except (InvalidTag, ValueError):
            raise SealedValueError("changed or sealed with another key") from None

    def blind(self, value: str, purpose: str) -> bytes:
        """Keyed hash (20 bytes) of `value` for equality search and unique constraints."""
        return hmac.digest(self.keyring.index, f"{purpose}\0{value}".encode(), "sha256")[:INDEX_BYTES]

    def authenticate(self, content: bytes, purpose: str) -> bytes:
        """Keyed hash (32 bytes) that shows that `content` is as this installation wrote it.

        Made with the index key, which is never rotated, under a key of its own for each purpose.
        """
        begun = self._purposes.get(purpose)
        if begun is None:
            key = hmac.digest(self.keyring.index, f"authenticate\0{purpose}".encode(), "sha256")
            begun = self._purposes[purpose] = hmac.new(key, digestmod="sha256")
        made = begun.copy()
        made.update(content)
        return made.digest()


def _begin(key_id: str) -> bytes:
    """What a value begins with that is sealed with this key."""
    return bytes([len(key_id)]) + key_id.encode()


class _Installed:
    """The vault of this process; column types have no other way to reach it."""

    vault: Vault | None = None
    file: Path | None = None
    changed: int = 0
    looked: float = 0.0


def install_vault(keyring: Keyring, file: Path | None = None) -> Vault:
    """Use `keyring` for all sealed columns of this process; another one that comes into `file` takes its place."""
    _Installed.vault = Vault(keyring)
    _Installed.file = file
    _Installed.changed = file.stat().st_mtime_ns if file else 0
    return _Installed.vault


def installed() -> tuple[Keyring, Path | None]:
    """What a process of ours installs that is to have the same keys. Raises RuntimeError before `install_vault`."""
    return vault().keyring, _Installed.file


def vault() -> Vault:
    """The vault in use. Raises RuntimeError before `install_vault`."""
    if _Installed.vault is None:
        raise RuntimeError("no keyring installed")
    if _Installed.file and time.monotonic() - _Installed.looked > LOOK_SECONDS:
        _look(_Installed.file)
    return _Installed.vault


def _look(file: Path) -> None:
    """Take up a keyring that was rotated by another process; one that cannot be read leaves ours in use."""
    _Installed.looked = time.monotonic()
    try:
        changed = file.stat().st_mtime_ns
        if changed != _Installed.changed:
            install_vault(load_keyring(file), file)
    except (OSError, KeyFileError) as error:
        log.warning("key file cannot be read again: %s", type(error).__name__)


class SealedBytes(TypeDecorator[bytes]):
    """Bytes, encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().seal(value, self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else vault().open(bytes(value), self.context)


class SealedText(TypeDecorator[str]):
    """Text, encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], bytes | None]:
        """Without SQLAlchemy's layers in between: every save has one."""
        context = self.context

        def sealed(value: str | None) -> bytes | None:
            return None if value is None else vault().seal(value.encode(), context)

        return sealed

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes | None], str | None]:  # noqa: ARG002
        """Without SQLAlchemy's layers in between: a page of a list opens fifty."""
        context = self.context

        def opened(value: bytes | None) -> str | None:
            return None if value is None else vault().open(value, context).decode()

        return opened


class Sealed(bytes):
    """A value of a `SealedJson` that was sealed before its statement: what is long is not done while others wait."""


class SealedJson(TypeDecorator[dict[str, Any]]):
    """A JSON object, encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def sealed(self, value: dict[str, Any] | None) -> Sealed | None:
        """A value as it is kept."""
        return None if value is None else Sealed(vault().seal(_AS_JSON.encode(value).encode(), self.context))

    def bind_processor(self, dialect: Dialect) -> Callable[[dict[str, Any] | Sealed | None], bytes | None]:
        """Without SQLAlchemy's layers in between: every save has two."""
        return lambda value: value if isinstance(value, Sealed) else self.sealed(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(vault().open(bytes(value), self.context))


SEALED = (SealedBytes, SealedText, SealedJson)
"""The types of sealed columns."""
