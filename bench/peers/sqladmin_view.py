"""SQLAdmin over the table of people: column_searchable_list, fifty a page."""

import asyncio
import sys

import httpx
from person import Person
from sqladmin import Admin, ModelView
from sqlalchemy import create_engine
from starlette.applications import Starlette
from turns import answer


class PersonAdmin(ModelView, model=Person):
    """The list as the documentation shows it."""

    column_list = (Person.name, Person.number, Person.mobile, Person.state, Person.companies)
    column_searchable_list = (Person.name, Person.number, Person.mobile, Person.companies)
    column_default_sort = ("id", True)
    page_size = 50


app = Starlette()
Admin(app, create_engine(f"sqlite:///{sys.argv[1]}")).add_view(PersonAdmin)
loop = asyncio.new_event_loop()
client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://peer")


def ask(text: str) -> bytes:
    """The whole response of the list."""
    query = {"search": text} if text else {}
    response = loop.run_until_complete(client.get("/admin/person/list", params=query))
    response.raise_for_status()
    return response.content


answer(ask)
