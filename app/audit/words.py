"""What the audit calls things: actions, fields, and the values that are kept as codes."""

from app.dossiers.card_messages import warning_text
from app.locale import _, either
from data.models import categories

HIDDEN = frozenset(
    {
        *("dossier_id", "record_id", "staff_id", "created_by", "entered_by", "import_id"),
        *("reviewer_id", "approval_id", "sheet_id", "pairing_hash", "chip_index"),
        *("look_0", "look_1", "look_2", "look_3", "fine_look"),
    }
)
"""Keys that lead to other rows, and digests: they tell people nothing."""


def action_name(action: str) -> str:
    """What was done, in the language in use; the action itself where it has no name yet."""
    return _actions().get(action, action)


def field_name(key: str) -> str:
    """What a column without a declaration is called; the key itself where it has no name yet."""
    return _fields().get(key, key)


def value_word(key: str, value: str) -> str:
    """A value that is kept as a code, in words; another one as it is."""
    if key == "contradictions":
        return warning_text(value)
    if key == "shown":
        return field_name(value)
    if key in {"category", "target"}:
        return {each.key: either(each.zh, each.en) for each in categories()}.get(value, value)
    return _values().get(key, {}).get(value, value)


def _actions() -> dict[str, str]:
    return {
        "dossier.view": _("查看档案"),
        "dossier.open": _("建档或更新"),
        "dossier.close": _("关闭档案"),
        "dossier.reopen": _("重新开放档案"),
        "dossier.erase": _("彻底删除档案"),
        "dossier.merge": _("合并档案"),
        "mobile.change": _("变更手机号"),
        "authenticator.reset": _("重置身份验证器"),
        "self.register": _("短信用户注册"),
        "record.edit": _("填报信息"),
        "record.submit": _("提交信息"),
        "record.correct": _("更正信息"),
        "record.import": _("导入信息"),
        "record.review": _("审核"),
        "trash.restore": _("恢复已删除信息"),
        "trash.clear": _("清空回收站"),
        "attachment.view": _("查看附件"),
        "attachment.edit": _("维护附件"),
        "signature.view": _("查看签名"),
        "signature.edit": _("维护签名"),
        "upload.refuse": _("拒收带病毒的文件"),
        "staff.manage": _("管理账号"),
        "account.own": _("维护自己的账号"),
        "session.begin": _("登录"),
        "session.own": _("退出自己的登录"),
        "session.manage": _("退出他人登录"),
        "preference.change": _("修改系统设置"),
        "notice.send": _("发送短信通知"),
        "notice.choose": _("选择短信通知"),
        "audit.broken": _("审计链被破坏"),
        "dossier.print": _("打印档案"),
        "signature.collect": _("采集签名"),
        "desk.manage": _("管理窗口电脑"),
        "desk.pair": _("配对窗口电脑"),
        "desk.read": _("窗口电脑读卡"),
        "import.run": _("导入"),
        "import.undo": _("撤销导入"),
        "export.run": _("导出"),
        "export.full": _("导出本人全部信息"),
        "backup.make": _("备份"),
        "backup.restore": _("恢复备份"),
        "installation.move": _("迁移系统"),
        "keys.rotate": _("更换密钥"),
    }


def _fields() -> dict[str, str]:
    return {
        "photo": _("照片"),
        "mobile": _("手机号"),
        "self_service": _("自助登录"),
        "state": _("状态"),
        "state_reason": _("理由"),
        "merged_into": _("并入的档案"),
        "merged_from": _("被并入的档案"),
        "source": _("来源"),
        "title": _("标题"),
        "content": _("附件"),
        "category": _("类别"),
        "username": _("用户名"),
        "display_name": _("姓名"),
        "role": _("岗位"),
        "must_change_password": _("须改密码"),
        "password_until": _("初始密码有效期"),
        "second_factor_since": _("两步验证"),
        "reset_reason": _("理由"),
        "sso_name": _("单点登录身份"),
        "shown": _("完整显示"),
        "address": _("家庭住址"),
        "on": _("哪一天的档案"),
        "reason": _("理由"),
        "expires_on": _("到期日"),
        "about_review": _("审核结果短信"),
        "key": _("设置项"),
        "value": _("值"),
        "review_state": _("审核状态"),
        "review_reason": _("审核意见"),
        "contradictions": _("证件上的矛盾"),
        "number": _("证件号码"),
        "name": _("名称"),
        "target": _("对象"),
        "file": _("文件"),
        "virus": _("病毒"),
        "rows": _("行数"),
        "bytes_stored": _("字节数"),
        "made_at": _("完成时间"),
        "verified_at": _("核验时间"),
        "seen_at": _("最近使用"),
        "revoked_at": _("撤销时间"),
        "submitted_at": _("提交时间"),
        "decided_at": _("审核时间"),
        "uploaded_at": _("上传时间"),
        "printed_at": _("打印时间"),
        "pairing_expires_at": _("配对码有效期"),
        "scan": _("扫描件"),
        "signature": _("签名"),
        "problems": _("存在的问题"),
        "sha256": _("文件"),
        "width": _("宽（像素）"),
        "height": _("高（像素）"),
        "dpi": _("分辨率（dpi）"),
        "identity": _("证件信息"),
    }


def _values() -> dict[str, dict[str, str]]:
    return {
        "review_state": {
            "draft": _("草稿"),
            "submitted": _("待审核"),
            "approved": _("已通过"),
            "returned": _("已退回"),
        },
        "state": {
            "open": _("正常"),
            "closed": _("已关闭"),
            "active": _("启用"),
            "disabled": _("停用"),
            "locked": _("已锁定"),
        },
        "role": {"clerk": _("窗口受理人员"), "reviewer": _("审核人员"), "administrator": _("管理员")},
        "source": {"card": _("读卡"), "manual": _("手工录入")},
        "self_service": {"window": _("窗口开通"), "sms": _("短信注册")},
    }
