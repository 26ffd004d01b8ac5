"""Importing this module registers every kind of job and every periodic function."""

from app.access import housekeeping
from app.dossiers import tally
from app.jobs import files
from app.notices import schedule as notices
from app.records import upkeep
from app.safekeeping import schedule as backups
from app.signatures import jobs as signatures
from app.transfer import exports, import_jobs, undoing

__all__ = [
    "backups",
    "exports",
    "files",
    "housekeeping",
    "import_jobs",
    "notices",
    "signatures",
    "tally",
    "undoing",
    "upkeep",
]
