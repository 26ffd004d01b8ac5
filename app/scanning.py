"""Uploaded files are shown to ClamAV's daemon, where the settings name one, before anything else reads them.

What cannot be shown to it is refused: a scanner that is away lets nothing through.
"""

import hashlib
import logging
from io import BytesIO
from typing import Literal

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, authorise, requires
from app.audit import trail
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database

log = logging.getLogger(__name__)

ANSWER_SECONDS = 60
"""For connecting, and for each answer; a scan of 500 MB takes less."""
PING_SECONDS = 5

State = Literal["off", "well", "away"]


def state() -> State:
    """Whether files are scanned, and whether the scanner answers now."""
    client = _client(PING_SECONDS)
    if client is None:
        return "off"
    try:
        return "well" if client.ping() == "PONG" else "away"
    except (ClamdError, OSError, ValueError):
        return "away"


def refuse_infected(database: Database, actor: Actor, content: BytesIO, filename: str) -> None:
    """Show a file to the scanner; it is at its beginning again after.

    Raises UserError: `infected` (on record), `not_scanned` when the scanner gave no clear answer.
    """
    authorise(actor, Action.UPLOAD_REFUSE, actor.subject_id)
    client = _client(ANSWER_SECONDS)
    if client is None:
        return
    try:
        (verdict, virus), *_more = client.instream(content).values() or [("", None)]
    except (ClamdError, OSError, ValueError) as error:  # also of a file larger than it takes, whose line it cuts
        log.warning("an uploaded file could not be scanned: %s", error)
        raise _not_scanned(filename) from error
    content.seek(0)
    if verdict == "FOUND":
        with database.write() as db:
            note_infected(db, actor, filename, virus or "", hashlib.file_digest(content, "sha256").hexdigest())
        raise UserError("infected", _("文件「{name}」含有病毒（{virus}），未接收").format(name=filename, virus=virus))
    if verdict != "OK":
        log.warning("an uploaded file could not be scanned: %s %s", verdict, virus)
        raise _not_scanned(filename)


@requires(Action.UPLOAD_REFUSE, of_oneself=True)
def note_infected(db: Session, actor: Actor, filename: str, virus: str, digest: str) -> None:
    """Put on record who sent what, and what was found in it."""
    dossier_id = None if actor.is_staff else actor.subject_id
    found = {"file": filename[:200], "virus": virus, "sha256": digest}
    trail.note(db, actor, Action.UPLOAD_REFUSE, "upload", dossier_id=dossier_id, after=found)


def _client(seconds: int) -> ClamdNetworkSocket | None:
    address = settings().clamd
    if not address:
        return None
    if address.startswith("unix:"):
        return ClamdUnixSocket(address.removeprefix("unix:"), seconds)
    host, _colon, port = address.rpartition(":")
    return ClamdNetworkSocket(host, int(port), seconds)


def _not_scanned(filename: str) -> UserError:
    message = _("文件「{name}」没有通过病毒扫描：扫描服务没有应答，或文件超过其上限。请稍后再试，多次失败请联系管理员")
    return UserError("not_scanned", message.format(name=filename))
