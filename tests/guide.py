"""The guide's words for the nine categories: fields of each form with their marks, columns of each list, in order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One list of the guide. In `form`, `*` follows what must be filled in; a period is its two fields."""

    title: str
    page: str
    form: str
    columns: str


EDITABLE = {
    "education": Words(
        "学历证书信息",
        "education",
        "学校名称* 学历* 学制* 所学专业* 校(院)长 起止时间* 结束时间* 证书编号* 发证日期* 电子注册号",
        "序号 学校名称 所学专业 学历 学制 起止年月 校(院)长 发证日期 证书编号 电子注册号 操作",
    ),
    "degrees": Words(
        "学位证书信息",
        "education",
        "学校名称* 学位* 学位名称* 所学专业* 学位评定委员会主席 证书编号* 发证日期*",
        "序号 学校名称 所学专业 学位名称 学位 学位评定委员会主席 发证日期 证书编号 操作",
    ),
    "titles": Words(
        "职称信息",
        "titles",
        "职称* 专业* 职称评审委员会全称* 通过(批准)日期* 评审编号* 证书编号* 制(发)证机构* 钢印单位全称*",
        "序号 职称 专业 职称评审委员会全称 通过(批准)日期 评审编号 证书编号 制(发)证机构 钢印单位全称 操作",
    ),
    "skills": Words(
        "技能培训证书信息",
        "skills",
        "证书名称* 级别* 专业工种* 证书编号* 发证日期* 证书有效期* 有效期止* 发证机关*",
        "序号 证书名称 证书编号 发证机关 专业工种 级别 有效期 发证日期 操作",
    ),
    "work": Words(
        "工作经历",
        "work",
        "工作单位* 起止时间* 结束时间* 职称* 职务* 从事工作专业*",
        "序号 工作单位 开始时间 结束时间 从事工作专业 职务 职称 操作",
    ),
}
READ_ONLY = {
    "registrations": Words(
        "注册信息",
        "registrations",
        "",
        "序号 注册类别 注册专业 注册证书编号 执业印章号 注册单位 注册日期 有效期至 状态",
    ),
    "projects": Words("工程业绩", "projects", "", "序号 报建编号 项目名称 合同类型 担任职务 专业名称"),
    "integrity": Words("个人诚信记录", "integrity", "", "序号 记录类型 事由 文号 认定单位 发生日期 公布截止日期"),
}
IDENTITY = "姓名 民族 证件类型 公民证件号码 性别 出生日期 签发机关 有效期限 家庭住址"
MENU = "个人基本信息 学历证书信息 职称信息 注册信息 技能培训证书信息 工作经历 工程业绩 个人诚信记录 个人签名信息"
