"""Where a person chooses to be told by SMS what reviewers decided."""

import streamlit as st

from app import preferences
from app.database import database
from app.locale import _
from app.notices import choices
from app.ui import guard, messages
from app.ui.safety import contained

KEY = "notice-choice"


@st.fragment
@contained
def offer() -> None:
    """The choice, where the administrator allows it."""
    actor = guard.practitioner()
    with database().read() as db:
        if not preferences.current(db).review_notices:
            return
        chosen = choices.about_review(db, actor, actor.dossier_id)
    wanted = st.toggle(_("审核结果发短信告诉我"), chosen, key=KEY)
    if wanted == chosen:
        return
    with database().write() as db:
        choices.choose(db, actor, actor.dossier_id, about_review=wanted)
    told = _("今后的审核结果会发到您登记的手机") if wanted else _("不再用短信发送审核结果")
    messages.show("success", told)
