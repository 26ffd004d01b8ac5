"""Random tokens; the database holds only their hash."""

import hashlib
import secrets


def new_token() -> str:
    """A token of 256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """SHA-256 of a token (32 bytes). Tokens are random, so no key or salt is needed."""
    return hashlib.sha256(token.encode()).digest()
