"""The companies of the index: each once with the pieces of its name, and those of a person in the row of the file."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.dossiers import terms
from data.engine import insert_missing
from data.models import categories, search_company, search_entry, search_posting
from data.models.declaration import Category


def make_known(session: Session, names: set[str]) -> None:
    """Make companies known, with the pieces of their names."""
    rows = {terms.term("company", name): name for name in names}
    if not rows:
        return
    known = set(
        session.scalars(
            select(search_company.c.term).where(
                search_company.c.company_id.in_([terms.company_id(each) for each in rows])
            )
        )
    )
    new = {each: name for each, name in rows.items() if each not in known}
    insert_missing(
        session,
        search_company,
        [
            {"company_id": terms.company_id(each), "term": each, "name": terms.name_key(name)}
            for each, name in new.items()
        ],
    )
    insert_missing(
        session,
        search_posting,
        [
            {"term": piece, "owner_id": terms.company_id(each)}
            for each, name in new.items()
            for piece in terms.company_terms(name)
        ],
    )


def name_more(session: Session, came: Mapping[uuid.UUID, Collection[str]]) -> None:
    """Put companies that came into the files' rows, without reading the files' other records."""
    entry = search_entry.c
    query = select(entry.dossier_id, entry.companies).where(entry.dossier_id.in_(came))
    _write(
        session, {owner: (text, company_text([*split(text), *came[owner]])) for owner, text in session.execute(query)}
    )


def name_anew(session: Session, dossier_ids: Collection[uuid.UUID]) -> None:
    """Put the companies into the files' rows that their records name now."""
    named: dict[uuid.UUID, list[str]] = {owner: [] for owner in dossier_ids}
    for category in categories():
        if any(field.finds == "company" for field in category.fields):
            for owner, records in record_values(session, category, dossier_ids).items():
                named[owner] += (name for values in records for name in terms.companies(category, values))
    _write(session, {owner: (None, company_text(names)) for owner, names in named.items()})


def _write(session: Session, texts: Mapping[uuid.UUID, tuple[str | None, str]]) -> None:
    """Change the rows whose text is not what it was."""
    changed = [{"owner": owner, "text": text} for owner, (was, text) in texts.items() if text != was]
    if changed:
        row = search_entry.c.dossier_id == bindparam("owner")
        session.execute(update(search_entry).where(row).values(companies=bindparam("text")), changed)


def company_text(names: Iterable[str]) -> str:
    """A person's companies as they stand in the row of the index, each once."""
    return "\n".join(sorted(set(names)))


def split(text: str) -> list[str]:
    """What `company_text` was given."""
    return text.split("\n") if text else []


def record_values(
    session: Session, category: Category, dossier_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """The declared values of the records of some files, by file."""
    columns = [category.model.dossier_id, *(getattr(category.model, field.key) for field in category.fields)]
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(select(*columns).where(category.model.dossier_id.in_(dossier_ids))).mappings():
        found[row["dossier_id"]].append(dict(row))
    return found
