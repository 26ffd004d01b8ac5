"""one row a subject for the limiter, known devices, captchas solved for somebody

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limit_state",
        sa.Column("subject_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hits", sa.JSON(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("forget_at", sa.Double(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_state")),
        sa.UniqueConstraint("subject_index", name=op.f("uq_limit_state_subject_index")),
    )
    with op.batch_alter_table("limit_state", schema=None) as batch_op:
        batch_op.create_index("ix_limit_state_forget_at", ["forget_at"], unique=False)
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("token_hash", "subject_id", name=op.f("uq_known_device_token_hash_subject_id")),
    )
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.create_index("ix_known_device_subject_id", ["subject_id"], unique=False)
    with op.batch_alter_table("captcha", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_index", sa.LargeBinary(length=32), nullable=True))
    op.drop_table("limit_window")


def downgrade() -> None:
    op.create_table(
        "limit_window",
        sa.Column("subject_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("window_start", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_window")),
        sa.UniqueConstraint(
            "subject_index", "rule", "window_start", name=op.f("uq_limit_window_subject_index_rule_window_start")
        ),
    )
    with op.batch_alter_table("limit_window", schema=None) as batch_op:
        batch_op.create_index("ix_limit_window_window_start", ["window_start"], unique=False)
    with op.batch_alter_table("captcha", schema=None) as batch_op:
        batch_op.drop_column("subject_index")
    op.drop_table("known_device")
    op.drop_table("limit_state")
