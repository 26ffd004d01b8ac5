"""what a list shows stands in the index; indexes without what no query reads

Revision ID: 0021
Revises: 0020
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from data.vault import vault

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

OF_IMPORTS = (
    "dossier", "education", "degrees", "titles", "registrations", "skills", "work", "projects", "integrity",
)  # fmt: skip
ROWS_AT_ONCE = 1000
DOSSIER = sa.table(
    "dossier",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("number", sa.LargeBinary()),
    sa.column("mobile", sa.LargeBinary()),
    sa.column("state", sa.String()),
    sa.column("self_service", sa.String()),
)
ENTRY = sa.table(
    "search_entry",
    sa.column("dossier_id", sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")),
    sa.column("shown", sa.LargeBinary()),
)


def upgrade() -> None:
    op.drop_index("ix_audit_entry_at", "audit_entry")
    _index_again(
        "audit_entry", "ix_audit_entry_actor_id_number", ["actor_id", "number"], "actor_role <> 'practitioner'"
    )
    for table in OF_IMPORTS:
        _index_again(table, f"ix_{table}_import_id_id", ["import_id", "id"], "import_id IS NOT NULL")
    op.add_column("search_entry", sa.Column("shown", sa.LargeBinary(), nullable=False, server_default=""))
    _fill()


def downgrade() -> None:
    op.drop_column("search_entry", "shown")
    for table in OF_IMPORTS:
        _index_again(table, f"ix_{table}_import_id_id", ["import_id", "id"], None)
    _index_again("audit_entry", "ix_audit_entry_actor_id_number", ["actor_id", "number"], None)
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])


def _index_again(table: str, name: str, columns: Sequence[str], of: str | None) -> None:
    op.drop_index(name, table)
    where = sa.text(of) if of else None
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _fill() -> None:
    connection = op.get_bind()
    place = sa.bindparam("owner", type_=ENTRY.c.dossier_id.type)
    fill = sa.update(ENTRY).where(ENTRY.c.dossier_id == place).values(shown=sa.bindparam("text"))
    last = None
    while rows := connection.execute(_following(last)).all():
        last = rows[-1].id
        as_bytes = connection.dialect.name == "sqlite"
        filled = [{"owner": row.id.bytes if as_bytes else row.id, "text": _shown(row)} for row in rows]
        connection.execute(fill, filled)


def _following(last: object) -> sa.Select[Any]:
    query = sa.select(DOSSIER).order_by(DOSSIER.c.id).limit(ROWS_AT_ONCE)
    return query if last is None else query.where(DOSSIER.c.id > last)


def _shown(row: Any) -> bytes:
    keys = vault()
    number = keys.open(bytes(row.number), "dossier.number")
    mobile = b"" if row.mobile is None else keys.open(bytes(row.mobile), "dossier.mobile")
    state = "closed" if row.state == "closed" else "login" if row.self_service else "filed"
    return keys.seal(b"\n".join((row.name.encode(), number, mobile, state.encode())), "search_entry.shown")
