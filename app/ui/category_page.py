"""The page of one or more categories of a practitioner's file: lists, form, delete, attachment."""

import uuid

import streamlit as st

from app.access.rights import Actor
from app.attachments import service as attachments
from app.database import database
from app.locale import _
from app.records import service as records
from app.records.standing import standings
from app.ui import attachment_dialog, guard, recently_deleted, record_dialog, shell, submitting, tables
from app.ui.components import Clicked
from app.validation import item_of
from data.models import categories
from data.models.declaration import Category


def show(actor: Actor, page: str) -> None:
    """Draw the lists of all categories that stand on `page`, and the dialog that is open."""
    shell.notice()
    submitting.offer(actor)
    for category in categories():
        if category.page == page:
            _list(actor, category)
    shown = frozenset(each.key for each in categories() if each.page == page and each.editable)
    recently_deleted.offer(actor, actor.dossier_id, shown)
    _open_dialog()


def _list(actor: Actor, category: Category) -> None:
    head, button = st.columns([3, 1], vertical_alignment="bottom")
    head.subheader(tables.name_of(category), anchor=False)
    new = _("新增{item}").format(item=item_of(category))
    if category.editable and button.button(new, key=f"new-{category.key}", type="primary", width="stretch"):
        record_dialog.start_new(category)
    with database().read() as db:
        rows = records.listing(db, actor, actor.dossier_id, category)
        attached = attachments.attached(db, actor, actor.dossier_id) if category.attachment else frozenset()
        where = standings(db, actor, actor.dossier_id, category, rows) if category.editable else None
    clicked = tables.records(category, rows, attached=attached, standings=where, editable=category.editable)
    if clicked is not None:
        _start(category, clicked)


def _start(category: Category, clicked: Clicked) -> None:
    record_id = uuid.UUID(clicked.row)
    match clicked.action:
        case "submit":
            submitting.submit(category, record_id)
        case "edit":
            record_dialog.start_edit(category, guard.practitioner(), record_id)
        case "delete":
            record_dialog.start_delete(category, record_id)
        case "attach" | "view":
            attachment_dialog.start(category, record_id)


def _open_dialog() -> None:
    """One dialog is open at a time; which one is kept in the session."""
    match st.session_state.get("dialog"):
        case record_dialog.Editing() as editing:
            record_dialog.form(editing)
        case record_dialog.Deleting() as deleting:
            record_dialog.confirm(deleting)
        case attachment_dialog.Attaching() as attaching:
            attachment_dialog.dialog(attaching)
