"""desks: agents that read cards at the clerks' own machines

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("pairing_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pairing_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("pairing_hash", name=op.f("uq_desk_pairing_hash")),
    )
    op.create_table(
        "desk_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_challenge")),
        sa.UniqueConstraint("challenge_hash", name=op.f("uq_desk_challenge_challenge_hash")),
    )
    with op.batch_alter_table("desk_challenge", schema=None) as batch_op:
        batch_op.create_index("ix_desk_challenge_expires_at", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("desk_challenge")
    op.drop_table("desk")
