"""Lists of people that staff come back to."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now


class SavedView(Base):
    """A search under a name. A shared one is everybody's to use and its owner's to change."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "name"), Index("ix_saved_view_shared_name", "shared", "name"))

    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_account.id"))
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(1000))
    """The query parameters of the list, as a query string."""
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
