"""Moments as people read them: by the clock of the place where the server stands."""

from datetime import datetime


def to_the_day(moment: datetime) -> str:
    """``2026-11-28``."""
    return f"{moment.astimezone():%Y-%m-%d}"


def to_the_minute(moment: datetime) -> str:
    """``2026-11-28 09:05``."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def to_the_second(moment: datetime) -> str:
    """``2026-11-28 09:05:07``."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
