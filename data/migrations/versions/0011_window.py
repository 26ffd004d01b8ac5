"""batches of the window, entries that wait for a second clerk, the chips of resident cards

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intake_batch",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("company", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_batch")),
    )
    op.create_index("ix_intake_batch_staff_id_id", "intake_batch", ["staff_id", "id"], unique=False)
    op.create_table(
        "intake_item",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["intake_batch.id"], name=op.f("fk_intake_item_batch_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_intake_item_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_item")),
    )
    op.create_index("ix_intake_item_batch_id_id", "intake_item", ["batch_id", "id"], unique=False)
    op.create_table(
        "pending_entry",
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("mobile", sa.LargeBinary(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_entry")),
    )
    op.create_index("ix_pending_entry_entered_by", "pending_entry", ["entered_by"], unique=False)
    # Plain statements, so that SQLite does not build the table anew and lose what hangs on it.
    op.add_column("dossier", sa.Column("chip_index", sa.LargeBinary(length=20), nullable=True))
    op.create_index("ix_dossier_chip_index", "dossier", ["chip_index"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_dossier_chip_index", table_name="dossier")
    op.drop_column("dossier", "chip_index")
    for table in ("pending_entry", "intake_item", "intake_batch"):
        op.drop_table(table)
