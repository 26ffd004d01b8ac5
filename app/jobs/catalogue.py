"""Importing this module registers every kind of job and every periodic function."""

from app.jobs import files

__all__ = ["files"]
