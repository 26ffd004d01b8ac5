"""Which page stands at which address, who it is for, and what it is called."""

from collections.abc import Callable
from dataclasses import dataclass

from app.access.rights import STAFF, Role
from app.locale import _, either
from app.settings import settings
from data.models import categories

HOME = {
    Role.PRACTITIONER: "/identity",
    Role.CLERK: "/reader",
    Role.REVIEWER: "/dashboard",
    Role.ADMINISTRATOR: "/dashboard",
}


@dataclass(frozen=True)
class Entry:
    """One page: its address (also the file's name), its title in the language in use, the roles in whose menu it stands."""

    address: str
    title: Callable[[], str]
    roles: tuple[Role, ...]
    icon: str = ""
    hidden: bool = False
    """Opened by its address alone."""
    beside: tuple[Role, ...] = ()
    """Roles whose menu is the guide's: it is for them too, by a link under their name."""

    @property
    def open_to(self) -> tuple[Role, ...]:
        """All roles that the page is for."""
        return (*self.roles, *self.beside)


def entries() -> tuple[Entry, ...]:
    """All pages, in the order of the menu."""
    own = (Role.PRACTITIONER,)
    visitors = (Role.VISITOR,)
    pages = [
        Entry("login", lambda: _("短信用户登录"), visitors, ":material/login:"),
        Entry("register", lambda: _("短信用户注册"), visitors, ":material/how_to_reg:"),
        Entry("staff_login", lambda: _("工作人员登录"), visitors, ":material/badge:"),
        Entry("identity", lambda: _("个人基本信息"), own),
        *_category_pages(own),
        Entry("signature", lambda: _("个人签名信息"), own),
        Entry("reader", lambda: _("人员读卡建档"), (Role.CLERK,), ":material/contactless:"),
        Entry(
            "dashboard",
            lambda: _("工作台"),
            (Role.REVIEWER, Role.ADMINISTRATOR),
            ":material/dashboard:",
        ),
        Entry("review", lambda: _("审核"), (Role.REVIEWER, Role.ADMINISTRATOR), ":material/fact_check:"),
        Entry("sign", lambda: _("手写签名"), visitors, hidden=True),
        Entry("people", lambda: _("人员档案"), STAFF, ":material/group:"),
        Entry("signatures", lambda: _("签名采集"), (Role.REVIEWER, Role.ADMINISTRATOR), ":material/draw:"),
        Entry("imports", lambda: _("导入"), (Role.ADMINISTRATOR,), ":material/upload:"),
        Entry("exports", lambda: _("导出"), (Role.REVIEWER, Role.ADMINISTRATOR), ":material/download:"),
        Entry("trash", lambda: _("回收站"), (Role.ADMINISTRATOR,), ":material/restore_from_trash:"),
        Entry("audit", lambda: _("操作日志"), (Role.ADMINISTRATOR,), ":material/history:"),
        Entry("accounts", lambda: _("账号管理"), (Role.ADMINISTRATOR,), ":material/manage_accounts:"),
        Entry("desks", lambda: _("窗口电脑"), (Role.ADMINISTRATOR,), ":material/desktop_windows:"),
        Entry("system", lambda: _("系统设置"), (Role.ADMINISTRATOR,), ":material/tune:"),
        Entry("account", lambda: _("我的账号"), STAFF, ":material/account_circle:", beside=own),
    ]
    if settings().demo:
        pages.append(Entry("outbox", lambda: _("短信发件箱"), visitors, ":material/sms:"))
    return tuple(pages)


def _category_pages(roles: tuple[Role, ...]) -> list[Entry]:
    first_of_page = {category.page: category for category in reversed(categories())}
    ordered = dict.fromkeys(category.page for category in categories())
    return [Entry(page, _title_of(first_of_page[page].zh, first_of_page[page].en), roles) for page in ordered]


def _title_of(zh: str, en: str) -> Callable[[], str]:
    return lambda: either(zh, en)
