"""Alembic's environment: runs on the connection that `data.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from data.models import Base
from data.moments import UtcDateTime
from data.vault import SealedBytes, SealedJson, SealedText


def _plain_types(kind: str, item: Any, _context: object) -> str | Literal[False]:
    # Migrations name plain column types, so that an old one never depends on today's models.
    if kind == "type" and isinstance(item, SealedBytes | SealedJson | SealedText):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=_plain_types,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
