"""A reviewer's desk: the buttons, the record, its attachment. A decision reruns the desk alone."""

import streamlit as st

from bench.bare.content import case, picture


def on() -> None:
    """The next record."""
    st.session_state["at"] += 1


@st.fragment
def desk() -> None:
    """The bar, and the record below it."""
    kind = st.query_params.get("category", "work")
    at = st.session_state.setdefault("at", 0)
    cells = st.columns(5)
    cells[0].button("通过", on_click=on, width="stretch")
    cells[1].button("退回", width="stretch")
    cells[2].button("下一条", on_click=on, width="stretch")
    cells[3].button("撤销上一步", disabled=not at, width="stretch")
    cells[4].button("快捷键", width="stretch")
    if at:
        st.success(f"已通过：某某{at} 工作经历")
    if kind == "work":
        st.html(case(at, kind))
        return
    left, right = st.columns([6, 5])
    left.image(picture(at))
    right.html(case(at, kind))


head, button = st.columns([5, 1], vertical_alignment="bottom")
head.subheader("审核", anchor=False)
button.button("返回列表", icon=":material/arrow_back:", width="stretch")
desk()
