"""Flask-Admin over the table of people: column_searchable_list, fifty a page."""

import secrets
import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from person import Person
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
from turns import answer


class PersonView(ModelView):
    """The list as the documentation shows it."""

    column_list = ("name", "number", "mobile", "state", "companies")
    column_searchable_list = ("name", "number", "mobile", "companies")
    column_default_sort = ("id", True)
    page_size = 50


app = Flask(__name__)
app.secret_key = secrets.token_hex()
session = scoped_session(sessionmaker(create_engine(f"sqlite:///{sys.argv[1]}")))
Admin(app).add_view(PersonView(Person, session, endpoint="person"))
client = app.test_client()


def ask(text: str) -> bytes:
    """The whole response of the list."""
    query = {"search": text} if text else {}
    response = client.get("/admin/person/", query_string=query)
    session.remove()
    if response.status_code != 200:
        raise RuntimeError(response.status)
    return response.data


answer(ask)
