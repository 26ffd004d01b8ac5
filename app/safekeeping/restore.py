"""An installation back from a backup, whole or not at all, into either kind of database."""

import tempfile
from pathlib import Path

from app.access.rights import Action, Actor, authorise
from app.audit import trail
from app.database import index_if_missing
from app.errors import UserError
from app.locale import _
from app.safekeeping import archives
from data.copying import Progress, copy_rows, differing, is_unused, nobody_listens, refuse_writers, tally
from data.engine import Database


def restore(
    database: Database,
    actor: Actor,
    archive: Path,
    *,
    identity: Path | None = None,
    replace: bool = False,
    progress: Progress = nobody_listens,
) -> int:
    """Put the rows of a backup into the migrated `database`; returns their number.

    Rows that are there are replaced only where `replace` says so, in the same transaction. Everybody is logged out.
    Raises UserError.
    """
    authorise(actor, Action.BACKUP_RESTORE)
    if not archive.is_file():
        raise UserError("no_backup", _("没有文件「{file}」").format(file=archive))
    with tempfile.TemporaryDirectory(prefix="congye-restore-") as scratch:
        plain = Path(scratch) / "restored.db"
        archives.unpack(archive, plain, identity)
        archives.check(plain)
        opened = Database(f"sqlite:///{plain}")
        try:
            index_if_missing(opened)  # an older version's backup has none that this one could use
            rows = _put(opened, database, replace, progress)
        finally:
            opened.close()
    _note(database, actor, archive, rows)
    return rows


def _put(source: Database, target: Database, replace: bool, progress: Progress) -> int:
    """Copy all rows; returns their number."""
    writing = target.engine.execution_options(congye_write=True)
    with source.engine.connect() as reading, writing.begin() as connection:
        refuse_writers(connection)
        if not (replace or is_unused(connection)):
            raise UserError("not_empty", _("数据库里已有数据。确定要用备份替换，请加 --replace"))
        copied = copy_rows(reading, connection, progress)
        if wrong := differing(copied, tally(connection)):
            message = _("{count} 张表写入后与备份不符（{tables}），数据库保持原样")
            raise UserError("not_arrived", message.format(count=len(wrong), tables=", ".join(wrong)))
    return sum(each.rows for each in copied.values())


def _note(database: Database, actor: Actor, archive: Path, rows: int) -> None:
    with database.write() as db:
        after = {"file": archive.name, "rows": rows}
        trail.note(db, actor, Action.BACKUP_RESTORE, "installation", after=after)
