"""What the roles are called."""

from app.access.rights import Role
from app.locale import _


def role_name(role: Role) -> str:
    """The role in the language in use."""
    return {
        Role.VISITOR: _("访客"),
        Role.PRACTITIONER: _("从业人员"),
        Role.CLERK: _("窗口受理人员"),
        Role.REVIEWER: _("审核人员"),
        Role.ADMINISTRATOR: _("管理员"),
        Role.SYSTEM: _("系统"),
    }[role]
