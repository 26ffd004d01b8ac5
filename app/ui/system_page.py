"""系统设置: how the installation is, and its switches, drawn from their declaration, a form a section."""

from itertools import groupby

import streamlit as st
from pydantic.fields import FieldInfo

from app import preferences
from app.access.rights import Actor, Role
from app.database import database
from app.errors import FieldErrors
from app.locale import _, either
from app.preferences import Preferences, Switch
from app.ui import guard, health_view, messages, notice_preview, shell
from app.ui.safety import contained

KEY = "system"


def show(_actor: Actor) -> None:
    """How the installation is, and every section below the other."""
    shell.notice()
    st.subheader(_("系统设置"), anchor=False)
    health_view.draw()
    sections = groupby(preferences.declared().items(), key=lambda item: item[1][0].section)
    for section, switches in sections:
        _section(either(section.zh, section.en), [(key, *found) for key, found in switches])
    notice_preview.offer()


@st.fragment
@contained
def _section(title: str, switches: list[tuple[str, Switch, FieldInfo]]) -> None:
    actor = guard.staff(Role.ADMINISTRATOR)
    with database().read() as db:
        now = preferences.current(db)
    first = switches[0][0]
    with st.form(f"{KEY}-{first}"):
        st.markdown(f"**{title}**")
        values = {key: _widget(key, switch, field, now) for key, switch, field in switches}
        saved = st.form_submit_button(_("保存"), type="primary")
    if saved:
        try:
            with database().write() as db:
                preferences.change(db, actor, values)
        except FieldErrors as error:
            messages.show("error", error.message)
        else:
            messages.show("success", _("设置已保存"))


def _widget(key: str, switch: Switch, field: FieldInfo, now: Preferences) -> object:
    value, name = getattr(now, key), f"{KEY}/{key}"
    label = either(switch.zh, switch.en)
    if switch.options is not None:
        names = {option: either(zh, en) for option, zh, en in switch.options()}
        chosen = [option for option in names if option in value]
        return st.multiselect(label, list(names), chosen, format_func=names.__getitem__, key=name)
    if field.annotation is bool:
        return st.toggle(label, value, key=name)
    if field.annotation is int:
        least, most = preferences.bounds(field)
        return st.number_input(label, least, most, value, step=1, key=name)
    if isinstance(value, tuple):
        lines = "\n".join(map(str, value))
        return tuple(line for line in st.text_area(label, lines, key=name).splitlines() if line.strip())
    return st.text_input(label, value, key=name, autocomplete="off")
