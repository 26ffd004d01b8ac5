"""the terms of names in the order of names, and pieces of three characters: the search index is built anew at the next start

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_name",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sort_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("owner_id", sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("term", "sort_name", "owner_id", name=op.f("pk_search_name")),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM search_entry")


def downgrade() -> None:
    op.drop_table("search_name")
    op.execute("DELETE FROM search_entry")
