"""first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_actor_id_id", ["actor_id", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "captcha",
        sa.Column("visit_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captcha")),
    )
    with op.batch_alter_table("captcha", schema=None) as batch_op:
        batch_op.create_index("ix_captcha_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_captcha_visit_hash", ["visit_hash"], unique=False)

    op.create_table(
        "dossier",
        sa.Column("document_type", sa.String(length=24), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=20), nullable=False),
        sa.Column(
            "name",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sex", sa.String(length=24), nullable=False),
        sa.Column("ethnicity", sa.String(length=24), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_index", sa.LargeBinary(length=20), nullable=True),
        sa.Column("self_service", sa.String(length=8), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("mobile_index", name=op.f("uq_dossier_mobile_index")),
        sa.UniqueConstraint("number_index", "document_type", name=op.f("uq_dossier_number_index_document_type")),
    )
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.create_index("ix_dossier_name_id", ["name", "id"], unique=False)

    op.create_table(
        "limit_window",
        sa.Column("subject_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("window_start", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_window")),
        sa.UniqueConstraint(
            "subject_index", "rule", "window_start", name=op.f("uq_limit_window_subject_index_rule_window_start")
        ),
    )
    with op.batch_alter_table("limit_window", schema=None) as batch_op:
        batch_op.create_index("ix_limit_window_window_start", ["window_start"], unique=False)

    op.create_table(
        "login_ticket",
        sa.Column("ticket_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("visit_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_ticket")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_login_ticket_ticket_hash")),
    )
    with op.batch_alter_table("login_ticket", schema=None) as batch_op:
        batch_op.create_index("ix_login_ticket_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("subject_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("subject_index", name=op.f("uq_one_time_code_subject_index")),
    )
    op.create_table(
        "sms_message",
        sa.Column("mobile", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("gateway", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms_message")),
    )
    with op.batch_alter_table("sms_message", schema=None) as batch_op:
        batch_op.create_index("ix_sms_message_created_at", ["created_at"], unique=False)

    op.create_table(
        "staff_account",
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_account")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_account_username")),
    )
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index("ix_user_session_subject_id_ended_at", ["subject_id", "ended_at"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bytes_stored", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_attachment_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("record_id", name=op.f("uq_attachment_record_id")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index("ix_attachment_dossier_id", ["dossier_id"], unique=False)

    op.create_table(
        "degrees",
        sa.Column("school", sa.String(length=100), nullable=False),
        sa.Column("degree", sa.String(length=24), nullable=False),
        sa.Column("degree_name", sa.String(length=100), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("chair", sa.String(length=60), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_degrees_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_degrees")),
    )
    with op.batch_alter_table("degrees", schema=None) as batch_op:
        batch_op.create_index("ix_degrees_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "education",
        sa.Column("school", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("duration", sa.String(length=20), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("principal", sa.String(length=60), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("electronic_number", sa.String(length=60), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_education_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_education")),
    )
    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.create_index("ix_education_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "integrity",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("document_number", sa.String(length=60), nullable=False),
        sa.Column("authority", sa.String(length=100), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("published_until", sa.Date(), nullable=True),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_integrity_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity")),
    )
    with op.batch_alter_table("integrity", schema=None) as batch_op:
        batch_op.create_index("ix_integrity_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "projects",
        sa.Column("filing_number", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contract_type", sa.String(length=24), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_projects_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index("ix_projects_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("seal_number", sa.String(length=60), nullable=False),
        sa.Column("company", sa.String(length=100), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_registrations_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "signature_sheet",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_signature_sheet_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_sheet")),
    )
    with op.batch_alter_table("signature_sheet", schema=None) as batch_op:
        batch_op.create_index("ix_signature_sheet_dossier_id", ["dossier_id"], unique=False)

    op.create_table(
        "skills",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("trade", sa.String(length=24), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_skills_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
    )
    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.create_index("ix_skills_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "titles",
        sa.Column("title", sa.String(length=24), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("committee", sa.String(length=100), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("review_number", sa.String(length=60), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("seal_unit", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_titles_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_titles")),
    )
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.create_index("ix_titles_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "work",
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=24), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("major", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_work_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index("ix_work_dossier_id_id", ["dossier_id", "id"], unique=False)

    op.create_table(
        "signature_scan",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=True),
        sa.Column("scan", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("problems", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_signature_scan_dossier_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["signature_sheet.id"], name=op.f("fk_signature_scan_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_scan")),
    )
    with op.batch_alter_table("signature_scan", schema=None) as batch_op:
        batch_op.create_index("ix_signature_scan_dossier_id_id", ["dossier_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("signature_scan", schema=None) as batch_op:
        batch_op.drop_index("ix_signature_scan_dossier_id_id")

    op.drop_table("signature_scan")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_dossier_id_id")

    op.drop_table("work")
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.drop_index("ix_titles_dossier_id_id")

    op.drop_table("titles")
    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.drop_index("ix_skills_dossier_id_id")

    op.drop_table("skills")
    with op.batch_alter_table("signature_sheet", schema=None) as batch_op:
        batch_op.drop_index("ix_signature_sheet_dossier_id")

    op.drop_table("signature_sheet")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index("ix_registrations_dossier_id_id")

    op.drop_table("registrations")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_index("ix_projects_dossier_id_id")

    op.drop_table("projects")
    with op.batch_alter_table("integrity", schema=None) as batch_op:
        batch_op.drop_index("ix_integrity_dossier_id_id")

    op.drop_table("integrity")
    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.drop_index("ix_education_dossier_id_id")

    op.drop_table("education")
    with op.batch_alter_table("degrees", schema=None) as batch_op:
        batch_op.drop_index("ix_degrees_dossier_id_id")

    op.drop_table("degrees")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_dossier_id")

    op.drop_table("attachment")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index("ix_user_session_subject_id_ended_at")

    op.drop_table("user_session")
    op.drop_table("staff_account")
    with op.batch_alter_table("sms_message", schema=None) as batch_op:
        batch_op.drop_index("ix_sms_message_created_at")

    op.drop_table("sms_message")
    op.drop_table("one_time_code")
    with op.batch_alter_table("login_ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_login_ticket_expires_at")

    op.drop_table("login_ticket")
    with op.batch_alter_table("limit_window", schema=None) as batch_op:
        batch_op.drop_index("ix_limit_window_window_start")

    op.drop_table("limit_window")
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_name_id")

    op.drop_table("dossier")
    with op.batch_alter_table("captcha", schema=None) as batch_op:
        batch_op.drop_index("ix_captcha_visit_hash")
        batch_op.drop_index("ix_captcha_expires_at")

    op.drop_table("captcha")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_dossier_id_id")
        batch_op.drop_index("ix_audit_entry_actor_id_id")

    op.drop_table("audit_entry")
