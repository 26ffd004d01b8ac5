"""Installation-wide switches that the administrator has set; what was never set has no row."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now


class Preference(Base):
    """One switch. `value` is JSON; `app.preferences` says what it means."""

    __tablename__ = "preference"
    audited = True
    __table_args__ = (UniqueConstraint("key"),)

    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(4000))
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
