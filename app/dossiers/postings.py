"""What puts terms and days of expiry into the search index, where they are not there yet."""

import uuid
from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Insert, bindparam, delete
from sqlalchemy.orm import Session

from app.dossiers import terms
from data.coming import Coming
from data.direct import Direct
from data.engine import insert_or_leave
from data.models import search_expiry, search_name, search_posting

POST = Coming(search_posting)
NAME = Coming(search_name)
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


def name_rows(owner: uuid.UUID, name: str) -> list[dict[str, Any]]:
    """What a file gives the terms in the order of names; no name gives none."""
    sort_name = terms.sort_name(name)
    return [{"term": each, "sort_name": sort_name, "owner_id": owner} for each in terms.name_terms(name)]


def drop_terms(session: Session, owner: uuid.UUID, gone: Collection[int]) -> Sequence[int]:
    """Take terms of a file away; returns those that it had."""
    columns = search_posting.c
    lost = delete(search_posting).where(columns.owner_id == owner, columns.term.in_(gone))
    return session.scalars(lost.returning(columns.term)).all()


def drop_name(session: Session, owner: uuid.UUID, name: str) -> None:
    """Take these rows of a file away."""
    columns = search_name.c
    lost = columns.term.in_(terms.name_terms(name)), columns.sort_name == terms.sort_name(name)
    session.execute(delete(search_name).where(*lost, columns.owner_id == owner))
