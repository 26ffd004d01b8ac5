"""pages of a batch of signature scans, pads on a phone

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signature_page",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("sheet_id", sa.Uuid(), nullable=True),
        sa.Column("scan", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("problems", sa.String(length=200), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_signature_page_job_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_signature_page_dossier_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["signature_sheet.id"], name=op.f("fk_signature_page_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_page")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_signature_page_job_id_number")),
    )
    op.create_index("ix_signature_page_dossier_id", "signature_page", ["dossier_id"], unique=False)
    op.create_table(
        "signature_pad",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_signature_pad_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_pad")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signature_pad_token_hash")),
    )
    op.create_index("ix_signature_pad_expires_at", "signature_pad", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("signature_pad")
    op.drop_table("signature_page")
