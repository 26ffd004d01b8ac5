"""Another encryption key: new values at once, old ones resealed in batches, while the servers work.

Killed at any moment it is simply run again: what is resealed already is passed over.
"""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, select, update

from app.access.rights import Action, Actor, authorise
from app.audit import trail
from app.errors import UserError
from app.locale import _
from data.copying import Progress, nobody_listens, stored_tables
from data.engine import Database
from data.keys import load_keyring, replace_keyring, rotated, without_old
from data.models import Base
from data.vault import LOOK_SECONDS, SEALED, Vault, install_vault, vault

BATCH = 200
"""Rows of one transaction: others wait no longer than that takes."""


def new_key(actor: Actor, key_file: Path) -> str:
    """Add a key to the key file, wait until every server has taken it up, and return its name."""
    authorise(actor, Action.KEYS_ROTATE)
    keyring = rotated(load_keyring(key_file))
    replace_keyring(keyring, key_file)
    time.sleep(2 * LOOK_SECONDS)
    install_vault(keyring, key_file)
    return keyring.current


def reseal(database: Database, actor: Actor, progress: Progress = nobody_listens) -> int:
    """Seal with the current key whatever is sealed with an older one; returns the number of rows changed."""
    authorise(actor, Action.KEYS_ROTATE)
    changed = sum(_reseal_table(database, table, contexts, progress) for table, contexts in _sealed_columns())
    if changed:
        _note(database, actor, {"key": vault().keyring.current, "rows": changed})
    return changed


def retire(database: Database, actor: Actor, key_file: Path) -> tuple[str, ...]:
    """Take the older keys out of the key file and return their names. Raises UserError while a value needs one."""
    authorise(actor, Action.KEYS_ROTATE)
    if waiting := _count_old(database):
        message = _("还有 {count} 行数据使用旧密钥，请先运行 python -m app keys reseal")
        raise UserError("old_keys_in_use", message.format(count=waiting))
    keyring = load_keyring(key_file)
    replace_keyring(without_old(keyring), key_file)
    retired = tuple(name for name in keyring.encryption if name != keyring.current)
    _note(database, actor, {"retired": ", ".join(retired)})
    return retired


def _note(database: Database, actor: Actor, after: dict[str, object]) -> None:
    with database.write() as db:
        trail.note(db, actor, Action.KEYS_ROTATE, "installation", after=after)


def _sealed_columns() -> list[tuple[Table, dict[str, str]]]:
    """Tables with sealed columns, each column with the context it is sealed in."""
    found = []
    for table in stored_tables():
        types = {column.name: column.type for column in Base.metadata.tables[table.name].columns}
        contexts = {name: kind.context for name, kind in types.items() if isinstance(kind, SEALED)}
        if contexts:
            found.append((table, contexts))
    return found


def _reseal_table(database: Database, table: Table, contexts: dict[str, str], progress: Progress) -> int:
    changed, seen, last = 0, 0, None
    while rows := _next_rows(database, table, contexts, last):
        last = rows[-1].key
        seen += len(rows)
        changed += _reseal_rows(database, table, contexts, rows)
        progress(table.name, seen)
    return changed


def _next_rows(database: Database, table: Table, contexts: dict[str, str], after: object) -> list[Any]:
    key = _key(table)
    query = select(key.label("key"), *(table.c[name] for name in contexts)).order_by(key).limit(BATCH)
    if after is not None:
        query = query.where(key > after)
    with database.read() as db:
        return list(db.execute(query))


def _reseal_rows(database: Database, table: Table, contexts: dict[str, str], rows: list[Any]) -> int:
    keys = vault()
    old = [(row.key, values) for row in rows if (values := _old_values(keys, row, contexts))]
    if not old:
        return 0
    with database.write() as db:
        for key, values in old:
            statement = update(table).where(_key(table) == key)
            for name, value in values.items():
                statement = statement.where(table.c[name] == value)  # changed meanwhile: sealed anew already
            sealed = {
                name: keys.seal(keys.open(value, contexts[name]), contexts[name]) for name, value in values.items()
            }
            db.execute(statement.values(sealed))
    return len(old)


def _key(table: Table) -> Column[Any]:
    (key,) = table.primary_key.columns
    return key


def _old_values(keys: Vault, row: Any, contexts: dict[str, str]) -> dict[str, bytes]:
    values = {name: getattr(row, name) for name in contexts}
    return {name: bytes(value) for name, value in values.items() if value is not None and not keys.is_current(value)}


def _count_old(database: Database) -> int:
    keys, waiting = vault(), 0
    for table, contexts in _sealed_columns():
        last = None
        while rows := _next_rows(database, table, contexts, last):
            last = rows[-1].key
            waiting += sum(bool(_old_values(keys, row, contexts)) for row in rows)
    return waiting
