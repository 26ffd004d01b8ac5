"""Silence for libraries that log what they send: addresses with a mobile in them, headers, bodies."""

import logging


def quieten(*names: str) -> None:
    """Let these loggers tell errors only."""
    for name in names:
        logging.getLogger(name).setLevel(logging.ERROR)
