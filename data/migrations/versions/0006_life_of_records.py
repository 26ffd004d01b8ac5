"""the life of records: states, the review queue, decisions, the trash

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Each table of records with its columns that are looked up across files.
RECORDS = {
    "education": ["certificate_number"],
    "degrees": ["certificate_number"],
    "titles": ["certificate_number"],
    "registrations": ["certificate_number", "valid_until"],
    "skills": ["certificate_number", "valid_to"],
    "work": [],
    "projects": [],
    "integrity": [],
}
LIFE = ("review_state", "submitted_at", "decided_at", "reviewer_id", "review_reason", "approval_id")
LOOKS = ("look_0", "look_1", "look_2", "look_3")


def upgrade() -> None:
    _decisions()
    _queue()
    _trash()
    for table, looked_up in RECORDS.items():
        op.add_column(table, sa.Column("review_state", sa.String(length=12), nullable=False, server_default="draft"))
        op.add_column(table, sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("reviewer_id", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("review_reason", sa.LargeBinary(), nullable=True))
        op.add_column(table, sa.Column("approval_id", sa.Uuid(), nullable=True))
        # What stood before there was a review goes on standing.
        op.execute(sa.table(table, sa.column("review_state")).update().values(review_state="approved"))
        for name in looked_up:
            op.create_index(f"ix_{table}_{name}_id", table, [name, "id"])
    for name in LOOKS:
        op.add_column("attachment", sa.Column(name, sa.Integer(), nullable=True))
        op.create_index(f"ix_attachment_{name}", "attachment", [name])
    op.add_column("attachment", sa.Column("fine_look", sa.LargeBinary(length=32), nullable=True))
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=20), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("attachment_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("former_approval_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_decision_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_decided_at", "decision", ["decided_at"])
    op.create_index("ix_decision_dossier_id_id", "decision", ["dossier_id", "id"])
    op.create_index("ix_decision_record_id_id", "decision", ["record_id", "id"])
    op.create_index("ix_decision_reviewer_id_decided_at", "decision", ["reviewer_id", "decided_at"])
    op.create_table(
        "kept_attachment",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_kept_attachment_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_attachment")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_kept_attachment_decision_id")),
    )


def _queue() -> None:
    op.create_table(
        "review_item",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("company", sa.String(length=100), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_review_item_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_item")),
        sa.UniqueConstraint("record_id", name=op.f("uq_review_item_record_id")),
    )
    op.create_index("ix_review_item_dossier_id", "review_item", ["dossier_id"])
    op.create_index("ix_review_item_submitted_at_id", "review_item", ["submitted_at", "id"])
    for name in ("category", "company", "reviewer_id"):
        op.create_index(f"ix_review_item_{name}_submitted_at_id", "review_item", [name, "submitted_at", "id"])


def _trash() -> None:
    op.create_table(
        "trash_item",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_by_role", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_trash_item_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trash_item")),
    )
    op.create_index("ix_trash_item_dossier_id_id", "trash_item", ["dossier_id", "id"])
    op.create_index("ix_trash_item_deleted_at_id", "trash_item", ["deleted_at", "id"])


def downgrade() -> None:
    # Plain DROP COLUMN: a table made anew, as batches do on SQLite, would pull the ground from under foreign keys.
    op.drop_index("ix_attachment_sha256", "attachment")
    op.drop_column("attachment", "fine_look")
    for name in reversed(LOOKS):
        op.drop_index(f"ix_attachment_{name}", "attachment")
        op.drop_column("attachment", name)
    for table, looked_up in reversed(RECORDS.items()):
        for name in looked_up:
            op.drop_index(f"ix_{table}_{name}_id", table)
        for name in reversed(LIFE):
            op.drop_column(table, name)
    for table in ("trash_item", "review_item", "kept_attachment", "decision"):
        op.drop_table(table)
