"""Handing records in for review: one from its row, or all drafts of the file in one click."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.locale import _
from app.records import review
from app.ui import guard, messages
from data.models.declaration import Category


def offer(actor: Actor) -> None:
    """Tell how many drafts there are, with the button that hands them all in; nothing without drafts."""
    with database().read() as db:
        count = review.drafts(db, actor, actor.dossier_id)
    if not count:
        return
    told, button = st.columns([4, 1], vertical_alignment="center")
    with told:
        messages.show("info", _("有 {count} 条信息是草稿，还没有提交审核。核对无误后请提交").format(count=count))
    if button.button(_("全部提交审核"), key="submit-all", type="primary", width="stretch"):
        with database().write() as db:
            done = review.submit_all(db, guard.practitioner(), actor.dossier_id)
        st.session_state["notice"] = _("已提交 {count} 条信息，审核结果会显示在列表中").format(count=done)
        st.rerun()


def submit(category: Category, record_id: uuid.UUID) -> None:
    """Hand one record in."""
    actor = guard.practitioner()
    with database().write() as db:
        review.submit(db, actor, actor.dossier_id, category, record_id)
    st.session_state["notice"] = _("已提交审核，结果会显示在列表中")
    st.rerun()
