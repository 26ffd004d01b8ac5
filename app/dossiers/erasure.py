"""Erasing a person's file for good (PIPL articles 47 and 51): nothing personal stays but the fact that it was done.

Older backups still hold the file until they are deleted in their turn.
"""

import uuid
from collections import Counter

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.dossiers import tally, terms
from app.dossiers.companies import record_values
from app.dossiers.holding import hold
from app.dossiers.index import DOSSIER_COLUMNS, counted_whole
from app.dossiers.postings import drop_name, drop_terms
from app.errors import UserError
from app.locale import _
from data.models import AuditEntry, Base, Dossier, categories

MOST_REASON = 200


@requires(Action.DOSSIER_ERASE)
def erase(db: Session, actor: Actor, dossier_id: uuid.UUID, reason: str) -> None:
    """Erase a closed file with everything that hangs on it, and files merged into it. Raises UserError (`reason`, `still_open`, `gone`).

    The trail keeps its rows and their chain; what they held of this person is emptied.
    """
    reason = reason.strip()
    if not reason or len(reason) > MOST_REASON:
        message = _("请填写依据（1–{most} 字），现有 {got} 字")
        raise UserError("reason", message.format(most=MOST_REASON, got=len(reason)))
    state = db.scalar(select(Dossier.state).where(Dossier.id == dossier_id).with_for_update())
    if state is None:
        raise UserError("gone", _("这份档案已不存在"))
    if state == "open":
        raise UserError("still_open", _("请先关闭档案，再彻底删除"))
    for merged in db.scalars(select(Dossier.id).where(Dossier.merged_into == dossier_id)).all():
        erase(db, actor, merged, reason)
    hold(db.connection(), [dossier_id])
    _find_no_more(db, dossier_id)
    ids = [dossier_id, *_records(db, dossier_id)]
    # Not through the mapped objects: their trail would write down what is to be forgotten.
    for table in reversed(Base.metadata.sorted_tables):
        _erase_rows(db, table, dossier_id, ids)
    db.execute(delete(Dossier).where(Dossier.id == dossier_id))
    db.execute(update(AuditEntry).where(AuditEntry.dossier_id == dossier_id).values(before=None, after=None))
    trail.note(db, actor, Action.DOSSIER_ERASE, "dossier", dossier_id, dossier_id=dossier_id, after={"reason": reason})


def _find_no_more(db: Session, dossier_id: uuid.UUID) -> None:
    """Nothing counts the file any more, and none of its terms leads to it."""
    columns = [getattr(Dossier, key) for key in DOSSIER_COLUMNS]
    values = dict(db.execute(select(*columns).where(Dossier.id == dossier_id)).mappings().one())
    records = [
        (category, record)
        for category in categories()
        for record in record_values(db, category, [dossier_id])[dossier_id]
    ]
    gone: tally.Counts = Counter()
    gone.subtract(counted_whole(values, records))
    tally.add(db.connection(), gone)
    drop_terms(db, dossier_id, terms.all_terms(values, records))
    drop_name(db, dossier_id, values["name"])


def _records(db: Session, dossier_id: uuid.UUID) -> list[uuid.UUID]:
    queries = (select(each.model.id).where(each.model.dossier_id == dossier_id) for each in categories())
    return [record_id for query in queries for record_id in db.scalars(query)]


def _erase_rows(db: Session, table: Table, dossier_id: uuid.UUID, ids: list[uuid.UUID]) -> None:
    """Whatever says that it belongs to the file, to one of its records, or to a log-in of the person."""
    if table is AuditEntry.__table__:
        return
    if "dossier_id" in table.c:
        db.execute(delete(table).where(table.c.dossier_id == dossier_id))
    elif "subject_id" in table.c:
        db.execute(delete(table).where(table.c.subject_id.in_(ids)))
