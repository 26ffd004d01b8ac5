"""What the expiry notices would send now, looked at before they are switched on."""

import streamlit as st

from app import preferences
from app.access.rights import Role
from app.database import database
from app.locale import _
from app.notices import expiry, schedule
from app.ui import guard, messages
from app.ui.components import Column, Row, record_table
from app.ui.safety import contained

KEY = "notice-preview"


@st.fragment
@contained
def offer() -> None:
    """A button, and what it found: how many people, the first texts, numbers masked."""
    actor = guard.staff(Role.ADMINISTRATOR)
    if not st.button(_("预览到期提醒"), key=KEY, icon=":material/preview:"):
        return
    with database().read() as db:
        found = expiry.preview(db, actor)
        is_on = preferences.current(db).expiry_notices
    messages.plain(_("按已保存的设置，现在会向 {people} 人发送 {count} 条").format(
        people=found.people, count=found.notices
    ))  # fmt: skip
    hours = {"start": schedule.FROM_HOUR, "end": schedule.TO_HOUR}
    text = _("已开启，每天 {start}–{end} 时发送") if is_on else _("尚未开启。开启后每天 {start}–{end} 时发送")
    messages.plain(text.format(**hours))
    record_table(
        [Column(_("姓名"), 2), Column(_("手机号"), 2), Column(_("短信内容"), 6)],
        [Row(str(at), [each.person, each.mobile, each.text]) for at, each in enumerate(found.first)],
        actions=[],
        key=f"{KEY}-table",
        label=_("到期提醒预览"),
        empty=_("现在没有要提醒的人"),
    )
