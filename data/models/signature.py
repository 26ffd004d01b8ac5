"""What stands between a person's pen and the signature kept: pages of a staff batch, and pads on a phone."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedBytes, SealedText


class SignaturePage(Base):
    """One page of a batch of scans until it is taken or passed over; goes with the files of its job."""

    __tablename__ = "signature_page"
    __table_args__ = (UniqueConstraint("job_id", "number"), Index("ix_signature_page_dossier_id", "dossier_id"))

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job.id"))
    number: Mapped[int]
    """Place in the batch, from 1."""
    file_name: Mapped[str] = mapped_column(SealedText("signature_page.file_name"))
    page: Mapped[int]
    dossier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("dossier.id"))
    sheet_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("signature_sheet.id"))
    scan: Mapped[bytes | None] = deferred(mapped_column(SealedBytes("signature_page.scan")))
    signature: Mapped[bytes | None] = deferred(mapped_column(SealedBytes("signature_page.signature")))
    problems: Mapped[str] = mapped_column(String(200), default="")
    message: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(8))
    """matched, look, failed; taken or passed once that is decided."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class SignaturePad(Base):
    """Lets the phone that read its code sign once, while the log-in that showed the code lives."""

    __tablename__ = "signature_pad"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_signature_pad_expires_at", "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    session_id: Mapped[uuid.UUID]
    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
