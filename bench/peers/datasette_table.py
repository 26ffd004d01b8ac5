"""Datasette over the table of people: full-text search with SQLite's trigram tokenizer, `contains` for shorter texts."""

import asyncio
import sys

from datasette.app import Datasette
from turns import answer

LIMIT = {"sql_time_limit_ms": 20_000, "default_page_size": 50, "max_returned_rows": 100, "facet_time_limit_ms": 200}
SHORTEST = 3
"""What trigrams find."""

loop = asyncio.new_event_loop()
datasette = Datasette([sys.argv[1]], settings=LIMIT)
loop.run_until_complete(datasette.invoke_startup())
DATABASE = next(name for name in datasette.databases if name != "_internal")


def ask(text: str) -> bytes:
    """The whole response of the table."""
    query = {"_size": "50", "_sort_desc": "id", "_nofacet": "1", "_nosuggest": "1"}
    if len(text) >= SHORTEST:
        query["_search"] = text
    elif text:
        query["name__contains"] = text
    response = loop.run_until_complete(datasette.client.get(f"/{DATABASE}/person", params=query))
    response.raise_for_status()
    return response.content


answer(ask)
