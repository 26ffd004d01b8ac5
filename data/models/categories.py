"""The categories of records, each declared once, in the order of the menu."""

from datetime import date

from sqlalchemy.orm import Mapped

from data.models.declaration import Column, choice, day, declare, period_end, text
from data.models.record import Record

UNTIL_NOW = ("至今", "present")


class Education(Record):
    """学历证书."""

    __tablename__ = "education"
    declared = declare(
        "education",
        "学历证书信息",
        "Education",
        item=("学历证书", "education certificate"),
        known_by=("certificate_number",),
        attachment=True,
        columns=(
            Column(("school",), "学校名称", "School", 3),
            "major",
            Column(("level",), "学历", "Level", 3),
            Column(("duration",), "学制", "Length", 1),
            Column(("started_on", "ended_on"), "起止年月", "Period", 3, months=True),
            "principal",
            Column(("issued_on",), "发证日期", "Issued"),
            Column(("certificate_number",), "证书编号", "Certificate"),
            Column(("electronic_number",), "电子注册号", "E-number"),
        ),
    )

    school: Mapped[str] = text("学校名称", "School", required=True, wide=True)
    level: Mapped[str] = choice("学历", "Level of education", "education_level", required=True, finds="facet")
    duration: Mapped[str] = text("学制", "Duration", required=True, max_length=20)
    major: Mapped[str] = text("所学专业", "Major", required=True)
    principal: Mapped[str] = text("校(院)长", "Principal", max_length=60)
    started_on: Mapped[date] = day("起止时间", "Period", required=True, past=True)
    ended_on: Mapped[date] = period_end("started_on", "结束时间", "End", required=True)
    certificate_number: Mapped[str] = text(
        "证书编号", "Certificate number", required=True, max_length=60, finds="certificate"
    )
    issued_on: Mapped[date] = day("发证日期", "Date of issue", required=True, past=True)
    electronic_number: Mapped[str] = text(
        "电子注册号", "Electronic registration number", max_length=60, finds="certificate"
    )


class Degree(Record):
    """学位证书."""

    __tablename__ = "degrees"
    declared = declare(
        "education",
        "学位证书信息",
        "Degrees",
        item=("学位证书", "degree certificate"),
        known_by=("certificate_number",),
        attachment=True,
        columns=(
            Column(("school",), "学校名称", "School", 3),
            "major",
            "degree_name",
            "degree",
            "chair",
            "issued_on",
            "certificate_number",
        ),
    )

    school: Mapped[str] = text("学校名称", "School", required=True, wide=True)
    degree: Mapped[str] = choice("学位", "Degree", "degree", required=True)
    degree_name: Mapped[str] = text("学位名称", "Name of the degree", required=True)
    major: Mapped[str] = text("所学专业", "Major", required=True)
    chair: Mapped[str] = text("学位评定委员会主席", "Chair of the degree committee", max_length=60)
    certificate_number: Mapped[str] = text(
        "证书编号", "Certificate number", required=True, max_length=60, finds="certificate"
    )
    issued_on: Mapped[date] = day("发证日期", "Date of issue", required=True, past=True)


class Title(Record):
    """职称."""

    __tablename__ = "titles"
    declared = declare(
        "titles",
        "职称信息",
        "Professional titles",
        item=("职称证书", "title certificate"),
        known_by=("certificate_number",),
        attachment=True,
    )

    title: Mapped[str] = choice("职称", "Title", "title", required=True, finds="facet")
    major: Mapped[str] = text("专业", "Field", required=True)
    committee: Mapped[str] = text("职称评审委员会全称", "Full name of the review committee", required=True)
    approved_on: Mapped[date] = day("通过(批准)日期", "Date of approval", required=True, past=True)
    review_number: Mapped[str] = text("评审编号", "Review number", required=True, max_length=60)
    certificate_number: Mapped[str] = text(
        "证书编号", "Certificate number", required=True, max_length=60, finds="certificate"
    )
    issuer: Mapped[str] = text("制(发)证机构", "Issuing body", required=True)
    seal_unit: Mapped[str] = text("钢印单位全称", "Full name on the embossed seal", required=True)


class Registration(Record):
    """注册信息."""

    __tablename__ = "registrations"
    declared = declare(
        "registrations",
        "注册信息",
        "Registrations",
        item=("注册信息", "registration"),
        known_by=("category", "certificate_number", "major"),
        editable=False,
    )

    category: Mapped[str] = choice("注册类别", "Category", "registration_category", required=True, finds="facet")
    major: Mapped[str] = text("注册专业", "Field")
    certificate_number: Mapped[str] = text(
        "注册证书编号", "Certificate number", required=True, max_length=60, finds="certificate"
    )
    seal_number: Mapped[str] = text("执业印章号", "Seal number", max_length=60, finds="certificate")
    company: Mapped[str] = text("注册单位", "Company", required=True, finds="company")
    registered_on: Mapped[date] = day("注册日期", "Registered on", required=True, past=True)
    valid_until: Mapped[date] = period_end("registered_on", "有效期至", "Valid until", required=True, finds="expiry")
    state: Mapped[str] = choice(
        "状态", "State", "registration_state", required=True, ended=("cancelled", "revoked", "void")
    )


class Skill(Record):
    """技能培训证书."""

    __tablename__ = "skills"
    declared = declare(
        "skills",
        "技能培训证书信息",
        "Skill certificates",
        item=("技能培训证书", "skill certificate"),
        known_by=("certificate_number",),
        attachment=True,
        columns=(
            Column(("name",), "证书名称", "Certificate", 3),
            "certificate_number",
            "issuer",
            "trade",
            "level",
            Column(("valid_from", "valid_to"), "有效期", "Validity", 3),
            "issued_on",
        ),
    )

    name: Mapped[str] = text("证书名称", "Name of the certificate", required=True, wide=True)
    level: Mapped[str] = choice("级别", "Level", "skill_level", required=True, finds="facet")
    trade: Mapped[str] = choice("专业工种", "Trade", "trade", required=True, finds="facet")
    certificate_number: Mapped[str] = text(
        "证书编号", "Certificate number", required=True, max_length=60, finds="certificate"
    )
    issued_on: Mapped[date] = day("发证日期", "Date of issue", required=True, past=True)
    valid_from: Mapped[date] = day("证书有效期", "Validity", required=True)
    valid_to: Mapped[date] = period_end("valid_from", "有效期止", "Valid to", required=True, finds="expiry")
    issuer: Mapped[str] = text("发证机关", "Issuing body", required=True, wide=True)


class Work(Record):
    """工作经历."""

    __tablename__ = "work"
    declared = declare(
        "work",
        "工作经历",
        "Work experience",
        item=("工作经历", "work experience"),
        known_by=("employer", "started_on"),
        columns=(
            Column(("employer",), "工作单位", "Employer", 3),
            Column(("started_on",), "开始时间", "Start"),
            Column(("ended_on",), "结束时间", "End"),
            "major",
            "position",
            "title",
        ),
    )

    employer: Mapped[str] = text("工作单位", "Employer", required=True, wide=True, finds="company")
    started_on: Mapped[date] = day("起止时间", "Period", required=True, past=True)
    ended_on: Mapped[date | None] = period_end("started_on", "结束时间", "End", open_end=UNTIL_NOW)
    title: Mapped[str] = choice("职称", "Title", "title", required=True)
    position: Mapped[str] = text("职务", "Position", required=True)
    major: Mapped[str] = text("从事工作专业", "Field of work", required=True)


class Project(Record):
    """工程业绩."""

    __tablename__ = "projects"
    declared = declare(
        "projects",
        "工程业绩",
        "Projects",
        item=("工程业绩", "project"),
        known_by=("filing_number", "contract_type"),
        editable=False,
    )

    filing_number: Mapped[str] = text("报建编号", "Filing number", required=True, max_length=60)
    name: Mapped[str] = text("项目名称", "Project", required=True, max_length=200)
    contract_type: Mapped[str] = choice("合同类型", "Type of contract", "contract_type")
    role: Mapped[str] = choice("担任职务", "Role", "project_role")
    major: Mapped[str] = text("专业名称", "Field")


class Integrity(Record):
    """个人诚信记录."""

    __tablename__ = "integrity"
    declared = declare(
        "integrity",
        "个人诚信记录",
        "Integrity record",
        item=("诚信记录", "integrity record"),
        known_by=("document_number", "occurred_on", "reason"),
        editable=False,
    )

    kind: Mapped[str] = choice("记录类型", "Kind", "integrity_kind", required=True, finds="facet")
    reason: Mapped[str] = text("事由", "Reason", required=True, max_length=300)
    document_number: Mapped[str] = text("文号", "Document number", max_length=60)
    authority: Mapped[str] = text("认定单位", "Determined by", required=True)
    occurred_on: Mapped[date] = day("发生日期", "Occurred on", required=True, past=True)
    published_until: Mapped[date | None] = day("公布截止日期", "Published until")
