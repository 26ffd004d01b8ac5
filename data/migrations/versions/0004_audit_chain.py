"""audit rows chained by keyed hash

Revision ID: 0004
Revises: 0003
"""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from data import chain
from data.vault import vault

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_audit_entry_dossier_id_number": ["dossier_id", "number"],
    "ix_audit_entry_actor_id_number": ["actor_id", "number"],
    "ix_audit_entry_action_number": ["action", "number"],
    "ix_audit_entry_at": ["at"],
}
OLD_INDEXES = {
    "ix_audit_entry_dossier_id_id": ["dossier_id", "id"],
    "ix_audit_entry_actor_id_id": ["actor_id", "id"],
}
MAC = sa.LargeBinary(length=32)
HEAD = sa.table("audit_head", sa.column("id", sa.Uuid()), sa.column("number"), sa.column("mac"), sa.column("seal"))
ENTRY = sa.table(
    "audit_entry",
    sa.column("id", sa.Uuid()),
    sa.column("number", sa.BigInteger()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor_id", sa.Uuid()),
    sa.column("actor_role"),
    sa.column("session_id", sa.Uuid()),
    sa.column("action"),
    sa.column("subject"),
    sa.column("subject_id", sa.Uuid()),
    sa.column("dossier_id", sa.Uuid()),
    sa.column("before", sa.LargeBinary()),
    sa.column("after", sa.LargeBinary()),
    sa.column("digest", sa.LargeBinary()),
    sa.column("mac", sa.LargeBinary()),
)


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("mac", MAC, nullable=False),
        sa.Column("seal", MAC, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        for name in OLD_INDEXES:
            batch_op.drop_index(name)
        batch_op.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("session_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("digest", MAC, nullable=True))
        batch_op.add_column(sa.Column("mac", MAC, nullable=True))
    _chain_what_is_there()
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        for name, kind in (("number", sa.BigInteger()), ("digest", MAC), ("mac", MAC)):
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_unique_constraint(op.f("uq_audit_entry_number"), ["number"])
        for name, columns in INDEXES.items():
            batch_op.create_index(name, columns, unique=False)


def downgrade() -> None:
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        for name in INDEXES:
            batch_op.drop_index(name)
        batch_op.drop_constraint(op.f("uq_audit_entry_number"), type_="unique")
        for name in ("mac", "digest", "session_id", "number"):
            batch_op.drop_column(name)
        for name, columns in OLD_INDEXES.items():
            batch_op.create_index(name, columns, unique=False)
    op.drop_table("audit_head")


def _chain_what_is_there() -> None:
    """Rows written before there was a chain become its first links, in the order of their ids."""
    connection = op.get_bind()
    number, mac = 0, chain.FIRST
    for row in _rows(connection):
        number += 1
        linked = {**row, "number": number, "session_id": None}
        linked["digest"] = chain.digest(_opened(row, "before"), _opened(row, "after"))
        if linked["at"].tzinfo is None:  # SQLite keeps UTC without saying so
            linked["at"] = linked["at"].replace(tzinfo=UTC)
        mac = chain.link(mac, linked)
        values = {"number": number, "digest": linked["digest"], "mac": mac}
        connection.execute(sa.update(ENTRY).where(ENTRY.c.id == row["id"]).values(values))
    connection.execute(
        sa.insert(HEAD).values(id=uuid.UUID(int=0), number=number, mac=mac, seal=chain.seal(number, mac))
    )


def _rows(connection: sa.Connection) -> Iterator[dict]:
    """All rows by id, some hundred at a time."""
    after = None
    while True:
        query = sa.select(ENTRY).order_by(ENTRY.c.id).limit(500)
        rows = connection.execute(query.where(ENTRY.c.id > after) if after else query).mappings().all()
        if not rows:
            return
        yield from (dict(row) for row in rows)
        after = rows[-1]["id"]


def _opened(row: dict, name: str) -> object:
    sealed = row[name]
    return None if sealed is None else json.loads(vault().open(bytes(sealed), f"audit_entry.{name}"))
