"""The demo's panel: lay any made-up person's card on the virtual reader, or lift it."""

import streamlit as st

from app.demo import cards
from app.demo.load import PEOPLE
from app.demo.people import DemoPerson, demo_people
from app.locale import _
from app.settings import settings
from app.ui import messages
from app.ui.safety import contained
from devices.virtual_passport import described

KEY = "demo-card"
NEWCOMERS = 40


@st.fragment
@contained
def panel() -> None:
    """Whose card, of what kind. The simulator that `python -m app demo` starts does the rest."""
    with st.expander(_("演示：在虚拟读卡器上放证件"), icon=":material/science:"):
        messages.plain(_("{count} 位已建档的虚构人员之后，是还没有档案的新人员。").format(count=PEOPLE))
        people = _people()
        who, what = st.columns(2)
        index = who.selectbox(
            _("人员"),
            range(len(people)),
            index=PEOPLE,
            format_func=lambda at: f"{at + 1}  {people[at].name}",
            key=f"{KEY}/who",
        )
        kind = what.selectbox(
            _("证件"), list(cards.KINDS), format_func=lambda kind: _(cards.KINDS[kind]), key=f"{KEY}/kind"
        )
        if kind in described.CODES:
            card = cards.card(people[index], kind, None)
            messages.plain(_("机读码（复制到「护照、通行证」一页，打开芯片），卡号 {can}：").format(can=card["can"]))
            st.code("\n".join(described.zone_of(card)), language=None)
        lay, next_one, lift = st.columns(3)
        if lay.button(_("放上"), type="primary", key=f"{KEY}/lay", width="stretch"):
            cards.lay(settings().home, people[index], index, kind)
        if next_one.button(_("放上下一位"), key=f"{KEY}/next", width="stretch", on_click=_next, args=(len(people),)):
            cards.lay(settings().home, people[index], index, kind)
        if lift.button(_("取走"), key=f"{KEY}/lift", width="stretch"):
            cards.lift(settings().home)


def _next(count: int) -> None:
    st.session_state[f"{KEY}/who"] = (st.session_state[f"{KEY}/who"] + 1) % count


@st.cache_resource
def _people() -> list[DemoPerson]:
    return list(demo_people(PEOPLE + NEWCOMERS))
