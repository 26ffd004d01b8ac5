"""Passports and permits: the machine readable zone, typed or scanned, opens the chip; both fill the file."""

import streamlit as st

from app.dossiers import travel
from app.errors import UserError
from app.locale import _
from app.ui import guard, messages, reading_form, turns
from app.ui.reading_form import Read
from app.ui.safety import contained
from devices.travel_document.authenticity import Verdict
from devices.travel_document.reader import Key
from devices.travel_document.source import ChipReading

KEY = "travel"
KINDS: dict[Verdict, messages.Kind] = {Verdict.VERIFIED: "success", Verdict.ALTERED: "error"}


@st.fragment
@contained
def draw() -> None:
    """The zone, then what was read, then the file."""
    messages.plain(
        _(
            "护照、港澳居民来往内地通行证、台湾居民来往大陆通行证：键入、粘贴或扫入证件底部的机读码，将证件放在读卡器上，再读取芯片。"
        )
    )
    _zone_form()
    if problem := st.session_state.get(f"{KEY}/problem"):
        messages.show("error", problem)
    reading_form.draw(KEY)


def _zone_form() -> None:
    key = turns.name(KEY)
    with st.form(f"{key}-zone", border=False):
        zone = st.text_area(_("机读码"), key=f"{key}/zone", height=110)
        can = st.text_input(
            _("卡号（6 位数字，印在部分通行证上，可代替机读码打开芯片）"), key=f"{key}/can", autocomplete="off"
        )
        chip, only, _space = st.columns([1, 1, 2])
        with chip:
            read = st.form_submit_button(_("读取芯片"), type="primary", width="stretch", icon=":material/contactless:")
        with only:
            typed = st.form_submit_button(_("只用机读码"), width="stretch")
    if read or typed:
        _read(zone, can, from_chip=read)


def _read(zone: str, can: str, *, from_chip: bool) -> None:
    reading_form.forget(KEY)
    st.session_state.pop(f"{KEY}/problem", None)
    guard.staff()
    try:
        if from_chip:
            with st.spinner(_("正在读取芯片，请勿移动证件…")):
                read = _of_chip(travel.read_chip(_key(zone, travel.clean_can(can))))
        else:
            reading = travel.reading_of_zone(travel.read_zone(zone))
            read = Read(reading, "warning", _("未读芯片，以下内容只来自机读码，请与证件核对"), "manual")
    except UserError as error:
        st.session_state[f"{KEY}/problem"] = error.message
        return
    reading_form.show(KEY, read)


def _key(zone: str, can: str) -> Key:
    """A card access number is enough by itself; a zone beside it opens chips that do not know such numbers."""
    return Key(can=can) if can and not zone.strip() else Key(mrz=travel.read_zone(zone).key, can=can)


def _of_chip(got: ChipReading) -> Read:
    verdict = got.authenticity.verdict
    text = travel.authenticity_text(got.authenticity)
    return Read(got.reading, KINDS.get(verdict, "warning"), text, "card", may_save=verdict is not Verdict.ALTERED)
