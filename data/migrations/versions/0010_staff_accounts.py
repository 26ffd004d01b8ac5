"""staff accounts: first password, second factor, single sign-on

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NEW = (
    ("must_change_password", sa.Boolean(), False),
    ("password_until", sa.DateTime(timezone=True), True),
    ("second_factor_since", sa.DateTime(timezone=True), True),
    ("totp_secret", sa.LargeBinary(), True),
    ("totp_used", sa.Integer(), True),
    ("sso_name", sa.String(length=200), True),
)


def upgrade() -> None:
    with op.batch_alter_table("staff_account", schema=None) as batch_op:
        for name, kind, nullable in NEW:
            default = None if nullable else sa.false()
            batch_op.add_column(sa.Column(name, kind, nullable=nullable, server_default=default))
        batch_op.create_unique_constraint(op.f("uq_staff_account_sso_name"), ["sso_name"])
    with op.batch_alter_table("staff_account", schema=None) as batch_op:
        batch_op.alter_column("must_change_password", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index("ix_user_session_seen_at_id", ["seen_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index("ix_user_session_seen_at_id")
    op.drop_table("recovery_code")
    with op.batch_alter_table("staff_account", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_staff_account_sso_name"), type_="unique")
        for name, _kind, _nullable in reversed(NEW):
            batch_op.drop_column(name)
