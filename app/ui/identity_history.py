"""证件信息历史: what a person's identity was before each correction at the window; for staff."""

import streamlit as st

from app.access.rights import Action, Actor, may
from app.database import database
from app.dossiers import history
from app.dossiers.chronicle import MASKS
from app.locale import _
from app.moments import to_the_minute
from app.ui import messages
from app.ui.identity_view import name_of
from app.validation import shown
from data.models import Dossier
from data.models.dossier import IDENTITY_FIELDS


def draw(actor: Actor, dossier: Dossier, *, masking: bool = False) -> None:
    """Every correction, newest first, behind a fold; nothing where there was none, or for who may not see it."""
    if not may(actor, Action.DOSSIER_HISTORY, dossier.id):
        return
    with database().read() as db:
        found = history.changes(db, actor, dossier.id)
    if not found:
        return
    with st.expander(_("证件信息历史（{count} 次更改）").format(count=len(found))):
        for change in found:
            messages.plain(f"{to_the_minute(change.at)}  {change.who}")
            rows = [
                (name_of(key), _text(key, old, masking=masking), _text(key, new, masking=masking))
                for key, old, new in change.fields
            ]
            messages.changes(rows)


def _text(key: str, value: object, *, masking: bool) -> str:
    if masking and key in MASKS and value:
        return MASKS[key](str(value))
    if key == "photo":
        # The trail keeps a photo's hash, not the photo.
        return _("有照片") if value else _("没有照片")
    return shown(IDENTITY_FIELDS[key], value)
