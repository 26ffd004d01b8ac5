"""Flask-Admin over the table of people: column_searchable_list, fifty a page."""

import secrets
import sys

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from turns import answer


class Base(DeclarativeBase):
    """Base of the one table."""


class Person(Base):
    """The rows that are there already, with their indexes."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[str]
    mobile: Mapped[str]
    state: Mapped[str]
    companies: Mapped[str]


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
