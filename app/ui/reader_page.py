"""人员读卡建档: one card, card after card, a card at the clerk's own desk, a passport or permit, or typed in."""

import streamlit as st

from app.access.rights import Actor
from app.database import database
from app.dossiers import batches
from app.locale import _
from app.settings import settings
from app.ui import batch_view, card_view, demo_card, desk_entry, manual_entry, shell, travel_entry

KEY = "reader"


def show(actor: Actor) -> None:
    """Five ways in; only the one that is open is drawn, so that only one watches the reader."""
    shell.notice()
    st.subheader(_("人员读卡建档"), anchor=False)
    titles = [_("读身份证"), _("批量读卡"), _("本机读卡器"), _("护照、通行证"), _("其他证件")]
    if f"{KEY}/first" not in st.session_state:
        # Who reloads the page in the middle of a batch goes on with it.
        st.session_state[f"{KEY}/first"] = int(_has_open_batch(actor))
    first = titles[st.session_state[f"{KEY}/first"]]
    card, batch, desk, travel, manual = st.tabs(titles, default=first, key=f"{KEY}/way", on_change="rerun")
    if card.open:
        with card:
            card_view.draw()
    if batch.open:
        with batch:
            batch_view.draw()
    if desk.open:
        with desk:
            desk_entry.draw()
    if travel.open:
        with travel:
            travel_entry.draw()
    if manual.open:
        with manual:
            manual_entry.draw(actor)
    if settings().demo and not manual.open:
        demo_card.panel()


def _has_open_batch(actor: Actor) -> bool:
    with database().read() as db:
        return batches.open_batch(db, actor) is not None
