"""A category page: the list, and the form in a dialog. What is saved stays in the session."""

import pandas as pd
import streamlit as st

from bench.bare.content import COLUMNS, EARLIEST, LATEST, ROWS, TITLES

rows = st.session_state.setdefault("rows", list(ROWS))


@st.dialog("工作经历", width="large")
def form() -> None:
    """The fields of the product's form."""
    with st.form("form", border=False):
        employer = st.text_input("工作单位", autocomplete="off")
        start, end, still = st.columns([2, 2, 1])
        started = start.date_input("起止时间", None, EARLIEST, LATEST, format="YYYY-MM-DD")
        ended = end.date_input("结束时间", None, EARLIEST, LATEST, format="YYYY-MM-DD")
        still.checkbox("至今")
        left, right = st.columns(2)
        title = left.selectbox("职称", TITLES, None, placeholder="请选择")
        position = right.text_input("职务", autocomplete="off")
        left, _right = st.columns(2)
        major = left.text_input("从事工作专业", autocomplete="off")
        save, leave, _space = st.columns([1, 1, 2])
        saved = save.form_submit_button("保存", type="primary", width="stretch")
        left_again = leave.form_submit_button("关闭", width="stretch")
    if saved:
        rows.append((employer, str(started), str(ended or ""), major, position, title, "草稿"))
    if saved or left_again:
        st.rerun()


told, button = st.columns([4, 1], vertical_alignment="center")
told.info(f"有 {len(rows)} 条信息是草稿，还没有提交审核。核对无误后请提交")
button.button("全部提交审核", type="primary", width="stretch")
head, button = st.columns([3, 1], vertical_alignment="bottom")
head.subheader("工作经历", anchor=False)
new = button.button("新增工作经历", type="primary", width="stretch")
st.table(pd.DataFrame(rows, columns=list(COLUMNS)))
if new:
    form()
