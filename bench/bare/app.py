"""A bare Streamlit application: the widgets of the product's pages over constants. No database, no log-in, no checks."""

import streamlit as st

from bench.bare.content import MENU, ROOT

ASSETS = ROOT / "app" / "ui" / "assets"


def nothing() -> None:
    """A page of the menu that no benchmark opens."""


st.set_page_config(page_title="从业档案", layout="wide")
st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ASSETS / "icon.svg"))
page = st.navigation(
    [
        *(st.Page(nothing, title=title, url_path=address) for address, title in MENU.items()),
        st.Page("work.py", title="工作经历", url_path="work"),
        st.Page("review.py", title="审核", url_path="review"),
        st.Page("dashboard.py", title="工作台", url_path="dashboard"),
    ]
)
with st.sidebar:
    st.caption("上海建筑建材业网上办事大厅")
    st.text("某某")
    st.button("退出", icon=":material/logout:", width="stretch")
    st.button("English", icon=":material/translate:", width="stretch")
page.run()
