"""files brought into another file of the same person

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dossier", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index("ix_dossier_merged_into", "dossier", ["merged_into"])


def downgrade() -> None:
    op.drop_index("ix_dossier_merged_into", "dossier")
    op.drop_column("dossier", "merged_into")
