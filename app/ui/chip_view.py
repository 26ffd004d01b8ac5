"""A resident card on a bare contactless reader: it opens the person's file, once it was bound to it."""

from collections.abc import Callable

import streamlit as st

from app.database import database
from app.dossiers import chips
from app.errors import UserError
from app.locale import _
from app.ui import guard, messages, shell
from devices.sources import ChipSerial

KEY = "chip"


def draw(chip: ChipSerial, forget: Callable[[], None]) -> None:
    """Open the file, or bind the card to one by its number."""
    with database().read() as db:
        dossier = chips.file_of(db, guard.staff(), chip)
    if dossier is not None:
        forget()
        shell.open_page("people", file=str(dossier.id))
    messages.show(
        "info",
        _(
            "这是没有身份证安全模块的读卡器：读不出姓名和号码，只能认出同一张卡。填写证件号与档案对应一次，以后放上这张卡就打开档案。"
        ),
    )
    with st.form(f"{KEY}/bind", border=False):
        number = st.text_input(_("证件号"), key=f"{KEY}/number", autocomplete="off")
        sent = st.form_submit_button(_("与档案对应"), type="primary")
    if sent:
        _bind(chip, number, forget)


def _bind(chip: ChipSerial, number: str, forget: Callable[[], None]) -> None:
    try:
        with database().write() as db:
            dossier = chips.bind(db, guard.staff(), chip, number)
    except UserError as error:
        messages.show("error", error.message)
        return
    forget()
    st.session_state["notice"] = _("已对应，以后放上这张卡就打开 {name} 的档案").format(name=dossier.name)
    shell.open_page("people", file=str(dossier.id))
