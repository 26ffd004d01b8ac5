"""Where nothing on the page tells: staff say whose sheet it is, and lay the frame on the box themselves."""

import uuid
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.errors import UserError
from app.locale import _
from app.signatures.collecting import page
from app.signatures.geometry import A4_SHEET
from app.signatures.ink import Ink, luminance, read_ink
from data.models import Dossier, SignaturePage

PLACED = "placed_by_hand"
_WHOSE = ("no_qr", "foreign_qr", "two_sheets", "outdated_sheet", "double")
"""Problems that a frame laid by hand leaves as they are."""


@requires(Action.SIGNATURE_COLLECT)
def name_person(db: Session, actor: Actor, page_id: uuid.UUID, dossier_id: uuid.UUID) -> None:
    """Say whose page it is. Raises UserError (`gone`; `matched` where the sheet's own code tells)."""
    found = _undecided(db, actor, page_id)
    if found.sheet_id is not None:
        raise UserError("matched", _("这一页的二维码已核对到人，不能改为别人"))
    if db.get(Dossier, dossier_id) is None:
        raise UserError("gone", _("没有这份档案"))
    found.dossier_id = dossier_id
    found.state = "look"


@requires(Action.SIGNATURE_COLLECT)
def place(db: Session, actor: Actor, page_id: uuid.UUID, corners: object) -> None:
    """Cut the signature out of the frame laid on the page, as `cut` takes it. Raises UserError (`gone`, `bad_frame`)."""
    found = _undecided(db, actor, page_id)
    if found.scan is None:
        raise UserError("gone", _("这一页没有图片，不能框选"))
    ink = cut(found.scan, corners)
    kept = [code for code in found.problems.split() if code in _WHOSE]
    found.signature = ink.png
    found.problems = " ".join((*kept, PLACED, *ink.problems))
    found.state = "look"


def cut(page_jpeg: bytes, corners: object) -> Ink:
    """The signature in the frame that somebody laid on the page.

    `corners` are four [x, y] from 0 to 1 of the page, clockwise from the box's own top left. Raises UserError
    (`bad_frame`).
    """
    pixels = np.asarray(Image.open(BytesIO(page_jpeg)).convert("RGB"))
    quad = _quad(corners) * (pixels.shape[1], pixels.shape[0]) - 0.5  # OpenCV counts from the first pixel's middle
    to_pixels = cv2.getPerspectiveTransform(A4_SHEET.box.corners().astype(np.float32), quad.astype(np.float32))
    return read_ink(pixels, luminance(pixels), np.asarray(to_pixels, dtype=np.float64))


def _undecided(db: Session, actor: Actor, page_id: uuid.UUID) -> SignaturePage:
    found = page(db, actor, page_id)
    if found.state not in {"look", "failed"}:
        raise UserError("gone", _("这一页已处理"))
    return found


def _quad(corners: object) -> NDArray[np.float64]:
    try:
        quad = np.array(corners, dtype=np.float64)
    except (TypeError, ValueError):
        quad = np.empty(0)
    inside = quad.shape == (4, 2) and bool(((quad >= 0) & (quad <= 1)).all())
    outline = quad.astype(np.float32)
    if not inside or not cv2.isContourConvex(outline) or cv2.contourArea(outline) < 1e-3:
        raise UserError("bad_frame", _("请把框的四角拖到签名框的四角"))
    return quad
