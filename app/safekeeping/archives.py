"""The file of a backup: a SQLite database of the newest rows, compressed, encrypted with age where a recipient is set."""

import gzip
import json
import os
import shutil
import sqlite3
import zlib
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app.errors import UserError
from app.locale import _
from data import migrate
from data.copying import Tally, copy_rows, differing, stored_tables, tables_in, tally
from data.engine import Database
from data.models import Base
from data.vault import SEALED, SealedValueError, vault

OF_THE_MOMENT = ("captcha", "limit_state", "login_ticket", "one_time_code", "user_session")
"""Tables that a restored installation must not have: nobody's ended log-in comes back to life."""
COPY_BYTES = 1024 * 1024


def snapshot(database: Database, path: Path) -> dict[str, Tally]:
    """Write all rows of one moment into a new SQLite file, while others go on; returns what it holds, by table."""
    if database.engine.dialect.name == "sqlite":
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
    else:
        _copy_moment(database, path)
    return _finish(path)


def _copy_moment(database: Database, path: Path) -> None:
    copied = Database(f"sqlite:///{path}")
    migrate.upgrade(copied.engine)
    reading = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with reading.connect() as source, copied.engine.execution_options(congye_write=True).begin() as target:
        copy_rows(source, target)
    copied.close()


def _finish(path: Path) -> dict[str, Tally]:
    """Leave out what is of the moment and write down what the file holds."""
    opened = Database(f"sqlite:///{path}")
    with opened.engine.execution_options(congye_write=True).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        for table in stored_tables():
            if table.name in OF_THE_MOMENT:
                connection.execute(table.delete())
        held = tally(connection)
        connection.exec_driver_sql("CREATE TABLE backup_manifest (made_at TEXT, tables TEXT)")
        manifest = json.dumps({name: asdict(each) for name, each in held.items()})
        connection.exec_driver_sql(
            "INSERT INTO backup_manifest VALUES (?, ?)", (datetime.now(UTC).isoformat(), manifest)
        )
    opened.close()
    _into_one_file(path)
    return held


def _into_one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def pack(plain: Path, packed: Path) -> None:
    """Compress a snapshot; it is on the disk when this returns."""
    with plain.open("rb") as source, packed.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1) as target:
            shutil.copyfileobj(source, target, COPY_BYTES)
        raw.flush()
        os.fsync(raw.fileno())


def encrypt(packed: Path, encrypted: Path, recipient: str) -> None:
    """Encrypt for an age recipient (`age1…`). Raises UserError for another text."""
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise UserError("recipient", _("CONGYE_BACKUP_RECIPIENT 不是 age 公钥（应以 age1 开头）")) from None
    with packed.open("rb") as source, encrypted.open("wb") as target:
        pyrage.encrypt_io(source, target, [to])
        target.flush()
        os.fsync(target.fileno())


def unpack(archive: Path, plain: Path, identity: Path | None = None) -> None:
    """The SQLite file of a backup. Raises UserError for what is no backup, or needs (another) identity."""
    decrypted = archive
    if archive.suffix == ".age":
        decrypted = plain.with_suffix(".gz")
        _decrypt(archive, decrypted, identity)
    try:
        with gzip.open(decrypted) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target, COPY_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise _no_backup(archive) from error


def _decrypt(archive: Path, decrypted: Path, identity: Path | None) -> None:
    if identity is None:
        raise UserError(
            "identity", _("备份「{file}」已加密，请用 --identity 指定 age 私钥文件").format(file=archive.name)
        )
    keys = [line for line in identity.read_text("utf-8").splitlines() if line.startswith("AGE-SECRET-KEY-")]
    try:
        secrets = [pyrage.x25519.Identity.from_str(key.strip()) for key in keys]
        with archive.open("rb") as source, decrypted.open("wb") as target:
            pyrage.decrypt_io(source, target, secrets)
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        message = _("私钥文件「{identity}」打不开备份「{file}」，请换用加密时的那一个")
        raise UserError("identity", message.format(identity=identity.name, file=archive.name)) from error


def check(plain: Path) -> dict[str, Tally]:
    """A trial restore: whole, what its manifest says, and readable with our keys; returns what it holds.

    The file is brought to the newest schema: its backup may be an older version's. Raises UserError.
    """
    manifest = _manifest(plain)
    opened = Database(f"sqlite:///{plain}")
    try:
        migrate.must_be_known(opened.engine)
        with opened.engine.connect() as connection:
            held = tally(connection, tables=tables_in(connection))
        if wrong := differing(held, manifest):
            message = _("备份中 {count} 张表与清单不符（{tables}），请换用另一个备份")
            raise UserError("damaged", message.format(count=len(wrong), tables=", ".join(wrong)))
        migrate.upgrade(opened.engine)
        _open_one_value_each(opened)
        with opened.engine.connect() as connection:
            return tally(connection)
    except migrate.NewerSchemaError as error:
        message = _("备份由更新版本的程序制作（数据库版本 {theirs}，本程序最高 {ours}），请先升级本程序再恢复")
        raise UserError("newer", message.format(theirs=error.revision, ours=migrate.newest())) from error
    except DatabaseError as error:
        raise _no_backup(plain) from error
    finally:
        opened.close()


def _manifest(plain: Path) -> dict[str, Tally]:
    try:
        with closing(sqlite3.connect(plain)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
            (text,) = connection.execute("SELECT tables FROM backup_manifest").fetchone()
    except sqlite3.DatabaseError as error:
        raise _no_backup(plain) from error
    if whole != "ok":
        raise _no_backup(plain)
    return {name: Tally(**each) for name, each in json.loads(text).items()}


def _open_one_value_each(opened: Database) -> None:
    with opened.engine.connect() as connection:
        for table in stored_tables():
            for column in table.columns:
                kind = Base.metadata.tables[table.name].columns[column.name].type
                if not isinstance(kind, SEALED):
                    continue
                value = connection.scalar(select(column).where(column.is_not(None)).limit(1))
                _must_open(value, kind.context)


def _must_open(value: bytes | None, context: str) -> None:
    try:
        if value is not None:
            vault().open(value, context)
    except SealedValueError as error:
        message = _("这台服务器的密钥打不开备份中的 {column}，请先放回同一套系统的密钥文件")
        raise UserError("other_keys", message.format(column=context)) from error


def _no_backup(path: Path) -> UserError:
    return UserError("no_backup", _("「{file}」不是完整的备份文件，请换用另一个备份").format(file=path.name))
