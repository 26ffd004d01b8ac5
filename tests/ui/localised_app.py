"""The page with every widget, served as the product is served."""

import streamlit as st
from starlette.middleware import Middleware

from app.ui.localise import LocalisedPages, routes

app = st.App("every_widget.py", routes=routes, middleware=[Middleware(LocalisedPages)])
