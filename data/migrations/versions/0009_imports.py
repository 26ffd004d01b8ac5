"""imports: their runs, problems and changes

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("target", sa.String(length=24), nullable=False),
        sa.Column("file_name", sa.LargeBinary(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.Column("header_row", sa.Integer(), nullable=False),
        sa.Column("headings", sa.LargeBinary(), nullable=False),
        sa.Column("update_known", sa.Boolean(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("undo_id", sa.Uuid(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "import_change",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("stamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_change_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_change")),
    )
    with op.batch_alter_table("import_change", schema=None) as batch_op:
        batch_op.create_index("ix_import_change_import_id_subject_id", ["import_id", "subject_id"], unique=False)

    op.create_table(
        "import_problem",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name=op.f("fk_import_problem_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )
    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.create_index("ix_import_problem_import_id_row", ["import_id", "row"], unique=False)

    with op.batch_alter_table("degrees", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_degrees_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_dossier_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_education_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("integrity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_integrity_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_projects_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_registrations_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_skills_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_titles_import_id_id", ["import_id", "id"], unique=False)

    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_work_import_id_id", ["import_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.drop_index("ix_titles_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.drop_index("ix_skills_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index("ix_registrations_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_index("ix_projects_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("integrity", schema=None) as batch_op:
        batch_op.drop_index("ix_integrity_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.drop_index("ix_education_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("degrees", schema=None) as batch_op:
        batch_op.drop_index("ix_degrees_import_id_id")
        batch_op.drop_column("import_id")

    with op.batch_alter_table("import_problem", schema=None) as batch_op:
        batch_op.drop_index("ix_import_problem_import_id_row")

    op.drop_table("import_problem")
    with op.batch_alter_table("import_change", schema=None) as batch_op:
        batch_op.drop_index("ix_import_change_import_id_subject_id")

    op.drop_table("import_change")
    op.drop_table("import_run")
