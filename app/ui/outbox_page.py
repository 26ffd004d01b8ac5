"""短信发件箱: in a demo, what would have been sent to a phone."""

from datetime import timedelta

import streamlit as st

from app.access import delivery
from app.access.mobiles import national
from app.access.rights import VISITOR, Actor
from app.database import database
from app.locale import _
from app.moments import to_the_second
from app.settings import settings
from app.ui.components import Column, Row, record_table
from app.ui.safety import contained


def show(_actor: Actor) -> None:
    """The newest messages; a new one appears by itself."""
    st.subheader(_("短信发件箱"), anchor=False)
    if settings().demo:
        st.page_link("../pages/login.py", label=_("返回登录"), icon=":material/login:")
    _list()


@st.fragment(run_every=timedelta(seconds=2))
@contained
def _list() -> None:
    # Whoever looks on here, a demo shows its messages to every visitor and to nobody else.
    with database().read() as db:
        sent = delivery.outbox(db, VISITOR)
    columns = [Column(_("时间"), 2, "date"), Column(_("手机号"), 2, "date"), Column(_("内容"), 6), Column(_("状态"), 1)]
    rows = [
        Row(
            str(message.id),
            [
                to_the_second(message.created_at),
                national(message.mobile),
                message.text,
                delivery.status_text(message.status),
            ],
        )
        for message in sent
    ]
    record_table(
        columns,
        rows,
        actions=[],
        key="outbox",
        label=_("短信发件箱"),
        empty=_("还没有发出短信，请到登录页获取动态密码"),
    )
