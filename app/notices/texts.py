"""What notices say, in the language of whoever gets them."""

from datetime import date

from app.locale import _, in_language
from app.records.trash import label_of
from data.models import Record
from data.models.declaration import Category
from data.models.record import APPROVED

MOST_REASON = 60
"""An SMS is no letter; the whole reason stands in the list."""


def expiring(of: Category, record: Record, day: date, language: str) -> str:
    """That a record expires."""
    with in_language(language):
        text = _("【从业档案】您的{record}将于 {day} 到期，请及时办理延续，并更新个人档案。")
        return text.format(record=label_of(of, record), day=day)


def decided(of: Category, record: Record, outcome: str, reason: str, language: str) -> str:
    """What a reviewer decided about a record."""
    with in_language(language):
        if outcome == APPROVED:
            return _("【从业档案】您的{record}已审核通过。").format(record=label_of(of, record))
        short = reason if len(reason) <= MOST_REASON else f"{reason[:MOST_REASON]}…"
        text = _("【从业档案】您的{record}已退回，原因：{reason}。请登录修改后重新提交。")
        return text.format(record=label_of(of, record), reason=short)


def authenticator_switched(language: str, *, on: bool) -> str:
    """That the own authenticator app was switched on or off."""
    with in_language(language):
        if on:
            return _("【从业档案】您的账号已启用身份验证器。如非本人操作，请立即联系受理窗口。")
        return _("【从业档案】您的账号已停用身份验证器。如非本人操作，请立即联系受理窗口。")


def authenticator_reset(language: str) -> str:
    """That the window switched the authenticator app off."""
    with in_language(language):
        return _("【从业档案】受理窗口已重置您的身份验证器，原来的已停用。如非本人要求，请立即联系受理窗口。")
