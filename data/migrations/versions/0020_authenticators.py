"""practitioners' authenticator apps

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authenticator",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("reset_reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_authenticator_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_authenticator_dossier_id")),
    )


def downgrade() -> None:
    op.drop_table("authenticator")
