"""A whole installation from one database to another, from SQLite to PostgreSQL or back, and the proof that it arrived."""

from app.access.rights import Action, Actor, authorise
from app.audit import trail
from app.errors import UserError
from app.locale import _
from data import migrate
from data.copying import Progress, Tally, copy_rows, differing, is_unused, nobody_listens, refuse_writers, tally
from data.engine import Database


def move(source: Database, target: Database, actor: Actor, progress: Progress = nobody_listens) -> dict[str, Tally]:
    """Copy all rows of `source`, which nobody writes to meanwhile, into the empty `target`; returns what arrived.

    The source stays as it is. Raises UserError.
    """
    authorise(actor, Action.INSTALLATION_MOVE)
    migrate.upgrade(target.engine)
    reading = source.engine.execution_options(congye_write=True)
    writing = target.engine.execution_options(congye_write=True)
    with reading.begin() as here, writing.begin() as there:
        refuse_writers(here)
        if not is_unused(there):
            raise UserError("not_empty", _("目标数据库里已有数据，请换一个空的数据库"))
        sent = copy_rows(here, there, progress)
        arrived = tally(there)
        if wrong := differing(sent, arrived):
            message = _("{count} 张表没有完整到达（{tables}），目标数据库保持为空")
            raise UserError("not_arrived", message.format(count=len(wrong), tables=", ".join(wrong)))
    with target.write() as db:
        trail.note(db, actor, Action.INSTALLATION_MOVE, "installation", after={"from": source.engine.dialect.name})
    return arrived
