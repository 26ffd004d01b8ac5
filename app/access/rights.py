"""Who may do what to whose data: one table, checked by every service function."""

import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

from app.errors import Forbidden, UserError
from app.locale import _
from data.driver_errors import is_orphan

if TYPE_CHECKING:  # the server knows of rights before it needs a session
    from sqlalchemy.orm import Session


class Role(StrEnum):
    """Who is acting. A visitor has not logged in; the system is the operator's command line."""

    VISITOR = "visitor"
    PRACTITIONER = "practitioner"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


STAFF = (Role.CLERK, Role.REVIEWER, Role.ADMINISTRATOR)


class Action(StrEnum):
    """What services do, in the words of the audit trail."""

    DOSSIER_VIEW = "dossier.view"
    DOSSIER_SEARCH = "dossier.search"
    INDEX_REBUILD = "index.rebuild"
    DOSSIER_HISTORY = "dossier.history"
    DOSSIER_PRINT = "dossier.print"
    DASHBOARD_VIEW = "dashboard.view"
    DOSSIER_OPEN = "dossier.open"
    DOSSIER_CLOSE = "dossier.close"
    DOSSIER_REOPEN = "dossier.reopen"
    DOSSIER_ERASE = "dossier.erase"
    DOSSIER_MERGE = "dossier.merge"
    MOBILE_CHANGE = "mobile.change"
    AUTHENTICATOR_RESET = "authenticator.reset"
    SELF_REGISTER = "self.register"
    RECORD_VIEW = "record.view"
    RECORD_EDIT = "record.edit"
    RECORD_SUBMIT = "record.submit"
    RECORD_CORRECT = "record.correct"
    RECORD_IMPORT = "record.import"
    REVIEW = "record.review"
    TRASH_VIEW = "trash.view"
    TRASH_RESTORE = "trash.restore"
    TRASH_CLEAR = "trash.clear"
    ATTACHMENT_VIEW = "attachment.view"
    ATTACHMENT_EDIT = "attachment.edit"
    SIGNATURE_VIEW = "signature.view"
    SIGNATURE_EDIT = "signature.edit"
    SIGNATURE_COLLECT = "signature.collect"
    UPLOAD_REFUSE = "upload.refuse"
    STAFF_MANAGE = "staff.manage"
    ACCOUNT_OWN = "account.own"
    SESSION_BEGIN = "session.begin"
    SESSION_OWN = "session.own"
    SESSION_MANAGE = "session.manage"
    AUDIT_VIEW = "audit.view"
    OUTBOX_VIEW = "outbox.view"
    JOB_FOLLOW = "job.follow"
    DESK_MANAGE = "desk.manage"
    DESK_PAIR = "desk.pair"
    DESK_READ = "desk.read"
    IMPORT_RUN = "import.run"
    IMPORT_UNDO = "import.undo"
    EXPORT_RUN = "export.run"
    EXPORT_FULL = "export.full"
    PREFERENCE_CHANGE = "preference.change"
    NOTICE_SEND = "notice.send"
    NOTICE_CHOOSE = "notice.choose"
    SYSTEM_WATCH = "system.watch"
    BACKUP_MAKE = "backup.make"
    BACKUP_RESTORE = "backup.restore"
    INSTALLATION_MOVE = "installation.move"
    KEYS_ROTATE = "keys.rotate"


class Scope(StrEnum):
    """Whose data: one's own file, or anybody's."""

    OWN = "own"
    ANY = "any"


_VIEW = {Role.PRACTITIONER: Scope.OWN} | dict.fromkeys(STAFF, Scope.ANY)
_OWN_FILE = {Role.PRACTITIONER: Scope.OWN}
_CLERK = {Role.CLERK: Scope.ANY}
_ADMINISTRATOR = {Role.ADMINISTRATOR: Scope.ANY}
_REVIEWER = dict.fromkeys((Role.REVIEWER, Role.ADMINISTRATOR), Scope.ANY)

RIGHTS: dict[Action, dict[Role, Scope]] = {
    Action.DOSSIER_VIEW: _VIEW,
    Action.DOSSIER_SEARCH: dict.fromkeys(STAFF, Scope.ANY),
    Action.INDEX_REBUILD: _ADMINISTRATOR,
    Action.DOSSIER_HISTORY: dict.fromkeys(STAFF, Scope.ANY),
    Action.DOSSIER_PRINT: dict.fromkeys(STAFF, Scope.ANY),
    Action.DASHBOARD_VIEW: dict.fromkeys((Role.REVIEWER, Role.ADMINISTRATOR), Scope.ANY),
    Action.DOSSIER_OPEN: _CLERK,
    Action.DOSSIER_CLOSE: _ADMINISTRATOR,
    Action.DOSSIER_REOPEN: _ADMINISTRATOR,
    Action.DOSSIER_ERASE: _ADMINISTRATOR,
    Action.DOSSIER_MERGE: _ADMINISTRATOR,
    Action.MOBILE_CHANGE: _CLERK,
    Action.AUTHENTICATOR_RESET: _CLERK,
    Action.SELF_REGISTER: {Role.VISITOR: Scope.ANY},
    Action.RECORD_VIEW: _VIEW,
    Action.RECORD_EDIT: _OWN_FILE,
    Action.RECORD_SUBMIT: _OWN_FILE,
    Action.RECORD_CORRECT: _REVIEWER,
    Action.RECORD_IMPORT: _ADMINISTRATOR,
    Action.REVIEW: _REVIEWER,
    Action.TRASH_VIEW: _OWN_FILE | _ADMINISTRATOR,
    Action.TRASH_RESTORE: _OWN_FILE | _ADMINISTRATOR,
    Action.TRASH_CLEAR: _ADMINISTRATOR,
    Action.ATTACHMENT_VIEW: _VIEW,
    Action.ATTACHMENT_EDIT: _OWN_FILE,
    Action.SIGNATURE_VIEW: _VIEW,
    Action.SIGNATURE_EDIT: _OWN_FILE,
    Action.SIGNATURE_COLLECT: _REVIEWER,
    Action.UPLOAD_REFUSE: _VIEW,
    Action.STAFF_MANAGE: _ADMINISTRATOR,
    Action.ACCOUNT_OWN: _VIEW,
    Action.SESSION_BEGIN: _VIEW,
    Action.SESSION_OWN: _VIEW,
    Action.SESSION_MANAGE: _ADMINISTRATOR,
    Action.AUDIT_VIEW: _ADMINISTRATOR,
    Action.OUTBOX_VIEW: {Role.VISITOR: Scope.ANY},
    Action.IMPORT_RUN: _ADMINISTRATOR,
    Action.IMPORT_UNDO: _ADMINISTRATOR,
    Action.EXPORT_RUN: {Role.REVIEWER: Scope.ANY} | _ADMINISTRATOR,
    Action.EXPORT_FULL: _ADMINISTRATOR,
    Action.JOB_FOLLOW: dict.fromkeys(STAFF, Scope.ANY),
    Action.PREFERENCE_CHANGE: _ADMINISTRATOR,
    Action.NOTICE_SEND: _ADMINISTRATOR,
    Action.NOTICE_CHOOSE: _OWN_FILE,
    Action.SYSTEM_WATCH: _ADMINISTRATOR,
    Action.DESK_MANAGE: _ADMINISTRATOR,
    # An agent has no session; the pairing code is its right.
    Action.DESK_PAIR: {Role.VISITOR: Scope.ANY},
    Action.DESK_READ: _CLERK,
    Action.BACKUP_MAKE: _ADMINISTRATOR,
    # On the command line only: whoever may run it there is the system.
    Action.BACKUP_RESTORE: {},
    Action.INSTALLATION_MOVE: {},
    Action.KEYS_ROTATE: {},
}


@dataclass(frozen=True)
class Actor:
    """The acting user. `subject_id` is the own dossier of a practitioner, the account of staff."""

    role: Role
    subject_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    name: str = ""

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of staff."""
        return self.role in STAFF

    @property
    def dossier_id(self) -> uuid.UUID:
        """The practitioner's own file. Raises Forbidden for anybody else."""
        if self.role is not Role.PRACTITIONER or self.subject_id is None:
            raise forbidden()
        return self.subject_id


VISITOR = Actor(Role.VISITOR)
SYSTEM = Actor(Role.SYSTEM)


def forbidden() -> Forbidden:
    """The plain refusal; it tells nothing about what was asked for."""
    return Forbidden("forbidden", _("您没有权限进行此操作"))


def file_gone() -> UserError:
    """A person's file that was there is there no more: it was erased."""
    return UserError("gone", _("这份档案已不存在，可能刚被彻底删除，刚才的操作没有保存"))


def may(actor: Actor, action: Action, dossier_id: uuid.UUID | None = None) -> bool:
    """Whether `actor` may do `action` to the file `dossier_id` (None: to no file in particular)."""
    if actor.role is Role.SYSTEM:
        return True
    scope = RIGHTS[action].get(actor.role)
    if scope is Scope.OWN:
        return dossier_id is not None and dossier_id == actor.subject_id
    return scope is Scope.ANY


def authorise(actor: Actor, action: Action, dossier_id: uuid.UUID | None = None) -> None:
    """Raise Forbidden unless `actor` may do `action`."""
    if not may(actor, action, dossier_id):
        raise forbidden()


P = ParamSpec("P")
R = TypeVar("R")
Service = Callable[Concatenate["Session", Actor, P], R]

SERVICES: dict[str, Action] = {}
"""Every guarded service function by its full name; the tests walk it."""
OF_ONESELF: set[str] = set()
"""Those that are about the actor alone."""


def requires(action: Action, *, of_oneself: bool = False) -> Callable[[Service[P, R]], Service[P, R]]:
    """Guard a service `f(db, actor, …)`: the right is checked against its `dossier_id` argument before it runs.

    What it writes to a file that is erased at this moment is refused with UserError (`gone`).
    `of_oneself`: it takes none, and whose data it is about says the actor alone.
    """

    def decorate(function: Service[P, R]) -> Service[P, R]:
        names = list(inspect.signature(function).parameters)[2:]
        place = names.index("dossier_id") if "dossier_id" in names else len(names)
        full_name = f"{function.__module__}.{function.__qualname__}"
        SERVICES[full_name] = action
        if of_oneself:
            OF_ONESELF.add(full_name)

        @wraps(function)
        def guarded(db: "Session", actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            named: Any = args[place] if place < len(args) else kwargs.get("dossier_id")
            authorise(actor, action, actor.subject_id if of_oneself else named)
            info = db.info
            outer = info.get("acting")
            info["acting"] = (actor, action)
            try:
                result = function(db, actor, *args, **kwargs)
                if db.in_transaction():
                    db.flush()  # the trail names the service that made the change
            except IntegrityError as error:
                if named is None or not is_orphan(error):
                    raise
                raise file_gone() from error
            else:
                return result
            finally:
                info["acting"] = outer

        return guarded

    return decorate
