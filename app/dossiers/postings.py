"""What puts terms and days of expiry into the search index, where they are not there yet."""

from functools import cache, partial

from sqlalchemy import Insert, bindparam

from data.coming import Coming
from data.direct import Direct
from data.engine import insert_or_leave
from data.models import search_expiry, search_posting

POST = Coming(search_posting)
EXPIRE = Coming(search_expiry)


@cache
def post_of_file(count: int) -> Direct:
    """An INSERT of so many terms (`term0`, `term1`, …) of one file (`owner`) that reads those that it did not have."""
    return Direct(partial(_insert_of, count))


def _insert_of(count: int, dialect: str) -> Insert:
    owner = bindparam("owner", type_=search_posting.c.owner_id.type)
    places = [bindparam(f"term{place}", type_=search_posting.c.term.type) for place in range(count)]
    rows = [{"term": place, "owner_id": owner} for place in places]
    return insert_or_leave(search_posting, dialect).values(rows).returning(search_posting.c.term)
