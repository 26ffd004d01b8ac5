"""个人基本信息: what the window read off the card."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import service as dossiers
from app.locale import _
from app.ui import identity_view, messages, notice_choice, shell


def show(actor: Actor) -> None:
    """The person's own identity data, read only."""
    shell.notice()
    st.subheader(_("个人基本信息"), anchor=False)
    with database().read() as db:
        dossier = dossiers.view(db, actor, actor.dossier_id)
    identity_view.draw(dossier)
    messages.plain(_("*以上数据若有错误请至受理服务窗口重新读卡"))
    notice_choice.offer()
