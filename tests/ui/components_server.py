"""The page with every component, served as the product is served."""

import streamlit as st

from app.ui.mounting import routes

app = st.App("components_app.py", routes=routes)
