"""The companies of the index: each once with the pieces of its name, and those of a person in the row of the file.

What is written of a file's row hangs on what stood there: who changes it `hold`s it before (`app/dossiers/holding.py`).
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from app.dossiers import terms
from app.dossiers.postings import POST
from data.direct import Direct, OfKeys, Sent
from data.engine import insert_and_tell
from data.models import categories, search_company, search_entry
from data.models.declaration import Category

_MAKE_KNOWN = Direct(partial(insert_and_tell, search_company))
TEXTS = OfKeys(select(search_entry.c.dossier_id, search_entry.c.companies), search_entry.c.dossier_id)
_NAME = Direct(
    update(search_entry).where(search_entry.c.dossier_id == bindparam("owner")).values(companies=bindparam("text"))
)


class Known:
    """Companies, each made known once with the pieces of its name: it is asked whether they are when this is made."""

    def __init__(self, connection: Connection, names: Collection[str]) -> None:
        self._connection = connection
        self._names = {terms.company_id(terms.term("company", name)): name for name in names}
        # In everybody's order, so that nobody waits in a ring.
        self._made = {key: self._make_known(key) for key in sorted(self._names)}

    def _make_known(self, key: uuid.UUID) -> Sent:
        name = self._names[key]
        row = {"company_id": key, "term": terms.term("company", name), "name": terms.name_key(name)}
        return _MAKE_KNOWN.send(self._connection, **row)

    def settle(self) -> None:
        """Write the pieces of names that are new."""
        new = [key for key, sent in self._made.items() if sent.rows()]
        pieces = [
            {"term": piece, "owner_id": key} for key in new for piece in sorted(terms.company_terms(self._names[key]))
        ]
        POST.each(self._connection, pieces)


def name_more(
    connection: Connection, texts: Iterable[tuple[uuid.UUID, str]], came: Mapping[uuid.UUID, Collection[str]]
) -> None:
    """Put companies that `came` into rows of files, by what stands there; their other records are not read."""
    _write(connection, {owner: (text, company_text([*split(text), *came[owner]])) for owner, text in texts})


def name_anew(session: Session, dossier_ids: Collection[uuid.UUID]) -> None:
    """Put the companies into the files' rows that their records name now."""
    named: dict[uuid.UUID, list[str]] = {owner: [] for owner in dossier_ids}
    for category in categories():
        if any(field.finds == "company" for field in category.fields):
            for owner, records in record_values(session, category, dossier_ids).items():
                named[owner] += (name for values in records for name in terms.companies(category, values))
    _write(session.connection(), {owner: (None, company_text(names)) for owner, names in named.items()})


def _write(connection: Connection, texts: Mapping[uuid.UUID, tuple[str | None, str]]) -> None:
    """Change the rows whose text is not what it was."""
    changed = [{"owner": owner, "text": text} for owner, (was, text) in texts.items() if text != was]
    _NAME.each(connection, changed)


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
