"""search index

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.Uuid().with_variant(sa.LargeBinary(16), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_posting",
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("term", "owner_id", name=op.f("pk_search_posting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_entry",
        sa.Column("dossier_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sort_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("companies", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_search_entry")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_entry_sort_name_dossier_id", "search_entry", ["sort_name", "dossier_id"])
    op.create_table(
        "search_expiry",
        sa.Column("dossier_id", ID, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "expires_on", "category", name=op.f("pk_search_expiry")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_expiry_expires_on_dossier_id", "search_expiry", ["expires_on", "dossier_id"])
    op.create_table(
        "search_company",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_search_company")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("search_company", "search_expiry", "search_entry", "search_posting"):
        op.drop_table(table)
