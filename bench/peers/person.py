"""The table of people as the peers on SQLAlchemy map it."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


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
