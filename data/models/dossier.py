"""A practitioner's file and the identity it was opened with."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base, utc_now
from data.models.declaration import FIELD, Field, choice, day, fields_of, period_end, text
from data.models.record import of_import
from data.vault import SealedBytes, SealedText, vault

INDEX = LargeBinary(20)


class Dossier(Base):
    """One person's file; one for each document type and number."""

    __tablename__ = "dossier"
    audited = True
    __table_args__ = (
        UniqueConstraint("number_index", "document_type"),
        UniqueConstraint("mobile_index"),
        Index("ix_dossier_name_id", "name", "id"),
        of_import("dossier"),
        Index("ix_dossier_chip_index", "chip_index", unique=True),
        Index("ix_dossier_merged_into", "merged_into"),
    )

    document_type: Mapped[str] = choice("证件类型", "Document type", "document_type", required=True)
    number: Mapped[str] = mapped_column(
        SealedText("dossier.number"),
        info={FIELD: Field("text", "公民证件号码", "Document number", required=True, max_length=30)},
    )
    number_index: Mapped[bytes] = mapped_column(INDEX)
    name: Mapped[str] = mapped_column(
        # Byte order on both databases, so that a range finds the names that begin with a text.
        String(120).with_variant(String(120, collation="C"), "postgresql"),
        info={FIELD: Field("text", "姓名", "Name", required=True, max_length=120)},
    )
    sex: Mapped[str] = choice("性别", "Sex", "sex", required=True)
    ethnicity: Mapped[str] = choice("民族", "Ethnicity", "ethnicity")
    birth_date: Mapped[date | None] = day("出生日期", "Date of birth", required=True, past=True)
    address: Mapped[str] = mapped_column(
        SealedText("dossier.address"),
        default="",
        info={FIELD: Field("text", "住址", "Address", max_length=200, wide=True)},
    )
    authority: Mapped[str] = text("签发机关", "Issuing authority")
    valid_from: Mapped[date | None] = day("有效期限", "Validity", past=True)
    valid_to: Mapped[date | None] = period_end("valid_from", "有效期止", "Valid to", open_end=("长期", "long-term"))
    photo: Mapped[bytes | None] = deferred(mapped_column(SealedBytes("dossier.photo")))
    mobile: Mapped[str | None] = mapped_column(SealedText("dossier.mobile"))
    mobile_index: Mapped[bytes | None] = mapped_column(INDEX)
    chip_index: Mapped[bytes | None] = mapped_column(INDEX)
    """Blind index of the serial of the resident card's chip; the serial itself is not kept."""
    self_service: Mapped[str | None] = mapped_column(String(8))
    """How self-service was opened: `window` or `sms`; None while it is not."""
    state_reason: Mapped[str | None] = mapped_column(SealedText("dossier.state_reason"))
    """Why it was closed or opened again the last time."""
    source: Mapped[str] = mapped_column(String(8))
    """`card` when read off a card, `manual` when typed in, `import` when it came in a table."""
    import_id: Mapped[uuid.UUID | None]
    """The import that opened it."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    merged_into: Mapped[uuid.UUID | None]
    """The file of the same person that it was brought into; it is closed then."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    def set_number(self, number: str) -> None:
        """Keep the number and what finds it again."""
        self.number = number
        self.number_index = number_index(number)

    def set_mobile(self, mobile: str | None) -> None:
        """Keep the mobile (E.164) and what finds it again."""
        self.mobile = mobile
        self.mobile_index = None if mobile is None else mobile_index(mobile)


class MobileUse(Base):
    """A mobile that is or was bound to a file; a number that wanders between people is worth a look."""

    __tablename__ = "mobile_use"
    __table_args__ = (UniqueConstraint("mobile_index", "dossier_id"), Index("ix_mobile_use_dossier_id", "dossier_id"))

    mobile_index: Mapped[bytes] = mapped_column(INDEX)
    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    bound_at: Mapped[datetime] = mapped_column(default=utc_now)


def number_index(number: str) -> bytes:
    """The blind index of a document number."""
    return vault().blind(number, "dossier.number")


def mobile_index(mobile: str) -> bytes:
    """The blind index of a mobile in E.164."""
    return vault().blind(mobile, "dossier.mobile")


def chip_index(serial: bytes) -> bytes:
    """The blind index of a chip's serial."""
    return vault().blind(serial.hex(), "dossier.chip")


IDENTITY_FIELDS = {field.key: field for field in fields_of(Dossier)}
"""What stands on a document, by column."""
