"""an index by the day of birth

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEX = "ix_search_entry_birth_date_dossier_id"


def upgrade() -> None:
    op.create_index(INDEX, "search_entry", ["birth_date", "dossier_id"])


def downgrade() -> None:
    op.drop_index(INDEX, "search_entry")
