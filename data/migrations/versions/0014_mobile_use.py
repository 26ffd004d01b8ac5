"""which files a mobile was bound to, why a file was closed

Revision ID: 0014
Revises: 0013
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

DOSSIER = sa.table(
    "dossier",
    sa.column("id", sa.Uuid()),
    sa.column("mobile_index", sa.LargeBinary()),
    sa.column("updated_at", sa.DateTime(timezone=True)),
)
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    use = op.create_table(
        "mobile_use",
        sa.Column("mobile_index", sa.LargeBinary(length=20), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_mobile_use_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mobile_use")),
        sa.UniqueConstraint("mobile_index", "dossier_id", name=op.f("uq_mobile_use_mobile_index_dossier_id")),
    )
    op.create_index("ix_mobile_use_dossier_id", "mobile_use", ["dossier_id"])
    bound = sa.select(DOSSIER).where(DOSSIER.c.mobile_index.is_not(None))
    for part in op.get_bind().execute(bound).partitions(ROWS_AT_ONCE):
        rows = [
            {"id": uuid.uuid4(), "mobile_index": row.mobile_index, "dossier_id": row.id, "bound_at": row.updated_at}
            for row in part
        ]
        op.bulk_insert(use, rows)
    op.create_index("ix_review_item_claimed_by", "review_item", ["claimed_by"])
    op.add_column("dossier", sa.Column("state_reason", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("dossier", "state_reason")
    op.drop_index("ix_review_item_claimed_by", "review_item")
    op.drop_table("mobile_use")
