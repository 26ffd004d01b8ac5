"""Files that belong to a dossier: attachments of records and signature scans, bytes beside their row."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedBytes, SealedText


class Attachment(Base):
    """The one attachment of a record: a conforming JPG that we encoded."""

    __tablename__ = "attachment"
    audited = True
    __table_args__ = (
        UniqueConstraint("record_id"),
        Index("ix_attachment_dossier_id", "dossier_id"),
        Index("ix_attachment_sha256", "sha256"),
        *(Index(f"ix_attachment_look_{band}", f"look_{band}") for band in range(4)),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    category: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[uuid.UUID]
    title: Mapped[str] = mapped_column(SealedText("attachment.title"))
    content: Mapped[bytes] = deferred(mapped_column(SealedBytes("attachment.content")))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    bytes_stored: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    dpi: Mapped[int]
    look_0: Mapped[int | None]
    look_1: Mapped[int | None]
    look_2: Mapped[int | None]
    look_3: Mapped[int | None]
    """Parts of the perceptual hash; nearly identical pictures hardly ever differ in all of them."""
    fine_look: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The whole perceptual hash (256 bits), to tell likeness from chance."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class SignatureSheet(Base):
    """A printed sheet; its id stands on the paper as an opaque signed number."""

    __tablename__ = "signature_sheet"
    audited = True
    __table_args__ = (Index("ix_signature_sheet_dossier_id", "dossier_id"),)

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    printed_at: Mapped[datetime] = mapped_column(default=utc_now)


class SignatureScan(Base):
    """An uploaded scan of the signed sheet and the signature cut out of it; the newest one counts."""

    __tablename__ = "signature_scan"
    audited = True
    __table_args__ = (Index("ix_signature_scan_dossier_id_id", "dossier_id", "id"),)

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    sheet_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("signature_sheet.id"))
    scan: Mapped[bytes] = deferred(mapped_column(SealedBytes("signature_scan.scan")))
    signature: Mapped[bytes | None] = deferred(mapped_column(SealedBytes("signature_scan.signature")))
    problems: Mapped[str] = mapped_column(String(200), default="")
    uploaded_at: Mapped[datetime] = mapped_column(default=utc_now)
