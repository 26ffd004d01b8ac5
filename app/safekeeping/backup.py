"""Backups while writes go on: made, tried, encrypted, and the oldest ones deleted."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, authorise, requires
from app.safekeeping import archives
from app.settings import Settings
from data import by_name
from data.copying import differing
from data.engine import Database
from data.models import BackupRun
from data.models.base import utc_now

PREFIX = "congye-"


@dataclass(frozen=True)
class BackupState:
    """How things stand: when the newest verified backup was made and how long ago; None where there is none."""

    verified_at: datetime | None
    age: timedelta | None


def folder(config: Settings) -> Path:
    """Where the backups lie."""
    return config.backup_folder or config.home / "backups"


def make(database: Database, actor: Actor, config: Settings) -> Path:
    """Make a backup, verified by a trial restore; returns its file. Raises UserError."""
    authorise(actor, Action.BACKUP_MAKE)
    place = folder(config)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{PREFIX}{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db.gz"
    with tempfile.TemporaryDirectory(prefix="making-", dir=place) as scratch:
        packed = Path(scratch) / name
        rows = _made_and_tried(database, Path(scratch), packed)
        if config.backup_recipient:
            archives.encrypt(packed, packed.with_name(f"{name}.age"), config.backup_recipient)
            packed = packed.with_name(f"{name}.age")
        packed.chmod(0o600)
        kept = packed.replace(place / packed.name)
    with database.write() as db:
        note(db, actor, kept, rows)
    _delete_oldest(place, config.backup_keep)
    return kept


def _made_and_tried(database: Database, scratch: Path, packed: Path) -> int:
    held = archives.snapshot(database, scratch / "snapshot.db")
    archives.pack(scratch / "snapshot.db", packed)
    archives.unpack(packed, scratch / "trial.db")
    tried = archives.check(scratch / "trial.db")
    assert not differing(held, tried)  # noqa: S101  `check` compares with the manifest; this is the same schema
    return sum(each.rows for each in held.values())


@requires(Action.BACKUP_MAKE)
def note(db: Session, actor: Actor, file: Path, rows: int) -> None:
    """Put a verified backup on record."""
    db.add(BackupRun(file=file.name, bytes_stored=file.stat().st_size, rows=rows, verified_at=utc_now()))


def state(db: Session) -> BackupState:
    """The newest verified backup. Tells nothing personal: whoever watches the server may ask."""
    newest = by_name.newest_backup(db.connection())
    return BackupState(newest, None if newest is None else utc_now() - newest)


def _delete_oldest(place: Path, keep: int) -> None:
    made = sorted(place.glob(f"{PREFIX}*.db.gz*"), key=lambda path: path.name)
    for path in made[:-keep]:
        path.unlink()
