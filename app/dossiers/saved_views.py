"""Saved lists of people: one's own, and those that colleagues share."""

import uuid
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, forbidden, requires
from app.dossiers.wanted import Wanted, from_address
from app.errors import UserError
from app.locale import _
from app.validation import normalise
from data.models import SavedView

LONGEST_NAME = 40
MOST_VIEWS = 100


@requires(Action.DOSSIER_SEARCH)
def usable(db: Session, actor: Actor) -> list[SavedView]:
    """One's own views and the shared ones, by name."""
    query = select(SavedView).where(or_(SavedView.owner_id == actor.subject_id, SavedView.shared))
    return list(db.scalars(query.order_by(SavedView.name, SavedView.id).limit(MOST_VIEWS)))


@requires(Action.DOSSIER_SEARCH)
def save(db: Session, actor: Actor, name: str, wanted: Wanted, *, shared: bool) -> SavedView:
    """Keep a search under a name; one's own of the same name is replaced. Raises UserError (`name`)."""
    name = normalise(name)
    if not name or len(name) > LONGEST_NAME:
        raise UserError("name", _("请填写视图名称，最多 {most} 个字").format(most=LONGEST_NAME))
    if actor.subject_id is None:
        raise forbidden()
    address = urlencode(wanted.at(None).to_address())
    view = db.scalar(select(SavedView).where(SavedView.owner_id == actor.subject_id, SavedView.name == name))
    if view is None:
        view = SavedView(owner_id=actor.subject_id, name=name)
        db.add(view)
    view.address, view.shared = address, shared
    return view


@requires(Action.DOSSIER_SEARCH)
def remove(db: Session, actor: Actor, view_id: uuid.UUID) -> None:
    """Delete one's own view; one that is gone already is left so."""
    view = db.get(SavedView, view_id)
    if view is not None:
        if view.owner_id != actor.subject_id:
            raise forbidden()
        db.delete(view)


def wanted_of(view: SavedView) -> Wanted:
    """The search that a view keeps."""
    return from_address(dict(parse_qsl(view.address)))
