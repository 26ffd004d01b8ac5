"""Which column of an uploaded table holds what: matched by name, changed by hand, and the check that follows."""

import streamlit as st

from app.database import database
from app.jobs import worker
from app.locale import _
from app.transfer import imports
from app.transfer.targets import target
from app.ui import guard
from app.ui.forms import REQUIRED
from app.ui.safety import contained
from data.models import ImportRun

KEY = "import-columns"
A_LINE = 3


@st.fragment
@contained
def form(run: ImportRun) -> None:
    """The form; its button checks the whole table."""
    actor = guard.staff()
    headings = run.headings["headings"]
    names = {number: heading for number, heading in enumerate(headings) if heading}
    wanted = target(run.target)
    chosen: dict[str, int] = {}
    with st.form(KEY, border=False):
        places = st.columns(A_LINE)
        for index, column in enumerate(wanted.columns):
            if index and index % A_LINE == 0:
                places = st.columns(A_LINE)
            key = f"{KEY}/{run.id}/{column.key.replace('.', '-')}"
            number = places[index % A_LINE].selectbox(
                column.heading,
                [None, *names],
                index=_place(list(names), run.columns.get(column.key)),
                format_func=lambda each: _("（文件里没有）") if each is None else names[each],
                key=f"{key}/{REQUIRED}" if column.required else key,
            )
            if number is not None:
                chosen[column.key] = number
        update = st.radio(
            _("已有的信息"),
            [False, True],
            index=int(run.update_known),
            format_func=lambda each: _("用文件更新") if each else _("跳过"),
            horizontal=True,
            key=f"{KEY}/{run.id}/update",
        )
        if st.form_submit_button(_("检查文件"), type="primary"):
            with database().write() as db:
                imports.check(db, actor, run.id, chosen, update_known=bool(update))
            worker.wake()
            st.rerun()


def _place(numbers: list[int], number: int | None) -> int:
    return 0 if number not in numbers else numbers.index(number) + 1
