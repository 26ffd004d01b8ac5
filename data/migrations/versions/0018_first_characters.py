"""the search index is built anew at the next start: first characters of names with their reading

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM search_entry")


def downgrade() -> None:
    op.execute("DELETE FROM search_entry")
