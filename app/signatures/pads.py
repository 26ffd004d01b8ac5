"""Signing on the phone: a code on the desktop page opens a pad there, for five minutes, once, while the log-in lives."""

import uuid
from datetime import timedelta
from io import BytesIO

import zxingcpp
from PIL import Image
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, Role, forbidden, requires
from app.access.tokens import new_token, token_hash
from app.errors import UserError
from app.locale import _
from app.signatures.drawn import Drawing
from data.clock import database_now
from data.models import Dossier, SignaturePad, SignatureScan, UserSession

VALID = timedelta(minutes=5)


@requires(Action.SIGNATURE_EDIT)
def issue(db: Session, actor: Actor, dossier_id: uuid.UUID) -> str:
    """A token for one signature of this person, bound to the log-in that asks. Raises Forbidden without one."""
    if actor.session_id is None:
        raise forbidden()
    now = database_now(db)
    db.execute(delete(SignaturePad).where(SignaturePad.expires_at < now))
    token = new_token()
    db.add(
        SignaturePad(
            token_hash=token_hash(token), session_id=actor.session_id, dossier_id=dossier_id, expires_at=now + VALID
        )
    )
    return token


def holder(db: Session, token: str) -> Actor | None:
    """Whose signature a token lets in; None when it is used, late, unknown, or the log-in has ended."""
    query = (
        select(SignaturePad.dossier_id, SignaturePad.session_id, Dossier.name)
        .join(UserSession, UserSession.id == SignaturePad.session_id)
        .join(Dossier, Dossier.id == SignaturePad.dossier_id)
        .where(
            SignaturePad.token_hash == token_hash(token),
            SignaturePad.used_at.is_(None),
            SignaturePad.expires_at > database_now(db),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > database_now(db),
            Dossier.state == "open",
        )
    )
    found = db.execute(query).one_or_none()
    return None if found is None else Actor(Role.PRACTITIONER, found.dossier_id, found.session_id, found.name)


def is_used(db: Session, token: str) -> bool:
    """Whether a signature came in by this token."""
    query = select(SignaturePad.used_at).where(SignaturePad.token_hash == token_hash(token))
    return db.scalar(query) is not None


def use(db: Session, token: str, drawn: Drawing) -> None:
    """Keep the signature that was drawn under a token. Raises UserError (`pad_ended`)."""
    actor = holder(db, token)
    mine = update(SignaturePad).where(SignaturePad.token_hash == token_hash(token), SignaturePad.used_at.is_(None))
    if actor is None or db.scalar(mine.values(used_at=database_now(db)).returning(SignaturePad.id)) is None:
        raise UserError("pad_ended", _("签名页已失效：请在电脑上重新打开二维码"))
    keep_drawn(db, actor, actor.dossier_id, drawn)


@requires(Action.SIGNATURE_EDIT)
def keep_drawn(db: Session, actor: Actor, dossier_id: uuid.UUID, drawn: Drawing) -> SignatureScan:
    """Keep a signature that was drawn on a screen as the person's newest; older ones stay in the history."""
    scan = SignatureScan(dossier_id=dossier_id, sheet_id=None, scan=drawn.picture, signature=drawn.png, problems="")
    db.add(scan)
    db.flush()
    return scan


def qr_png(text: str) -> bytes:
    """A QR code as PNG, with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    buffer = BytesIO()
    Image.fromarray(code.to_image(scale=6, add_quiet_zones=True)).save(buffer, "PNG")
    return buffer.getvalue()
