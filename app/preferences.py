"""Switches of the whole installation that the administrator sets at run time, each declared once.

A switch is one annotated field of `Preferences`; `/system` draws it, `current(db)` reads it. What is set is a row of its
own and audited. A value is right at once after a change in this process, and after `FRESH_SECONDS` in others.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel, Field, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.errors import FieldErrors
from app.locale import _, either
from data.direct import Direct
from data.models import Preference, categories

FRESH_SECONDS = 3.0
_ROWS = Direct(select(Preference.key, Preference.value))


@dataclass(frozen=True)
class Section:
    """A heading of the administrator's page."""

    zh: str
    en: str


@dataclass(frozen=True)
class Switch:
    """What the administrator reads beside a switch; `options` (value, zh, en) where several can be chosen."""

    section: Section
    zh: str
    en: str
    options: Callable[[], tuple[tuple[str, str, str], ...]] | None = None


REVIEW = Section("审核", "Review")
WINDOW = Section("受理窗口", "Window")
NOTICES = Section("短信通知", "SMS notices")


def _reviewable() -> tuple[tuple[str, str, str], ...]:
    return tuple((each.key, each.zh, each.en) for each in categories() if each.editable)


class Preferences(BaseModel, frozen=True):
    """All switches with their defaults."""

    review_needed: Annotated[
        frozenset[str],
        Switch(REVIEW, "需要审核的信息", "Information that needs review", _reviewable),
    ] = frozenset(key for key, _zh, _en in _reviewable())
    review_lease_minutes: Annotated[
        int,
        Switch(REVIEW, "审核人员打开一条信息后保留的分钟数", "Minutes a record stays with the reviewer who opened it"),
        Field(ge=1, le=120),
    ] = 10
    return_reasons: Annotated[
        tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)], ...],
        Switch(
            REVIEW,
            "退回原因（每行一条，前九条可用数字键选择）",
            "Reasons for returning (one a line; figures choose the first nine)",
        ),
        Field(max_length=30),
    ] = (
        "附件不清晰，请重新上传",
        "附件与所填信息不一致",
        "缺少附件，请补充上传",
        "证书编号填写有误",
        "日期填写有误",
        "单位名称应与证书或印章一致",
    )
    second_clerk: Annotated[
        bool,
        Switch(
            WINDOW,
            "手工录入的证件由第二位受理人员复核（不选则证件号码输入两次）",
            "Documents typed in are confirmed by a second clerk (otherwise the number is typed twice)",
        ),
    ] = False
    review_notices: Annotated[
        bool,
        Switch(
            NOTICES,
            "本人可以选择用短信接收审核结果",
            "People may choose to be told by SMS what reviewers decided",
        ),
    ] = False
    expiry_notices: Annotated[
        bool,
        Switch(
            NOTICES,
            "证书和注册到期前用短信提醒本人",
            "People are told by SMS before certificates and registrations expire",
        ),
    ] = False
    expiry_notice_days: Annotated[
        tuple[Annotated[int, Field(ge=1, le=365)], ...],
        Switch(
            NOTICES,
            "到期前多少天提醒（每行一个数字，各提醒一次）",
            "Days before the expiry (a number a line; one notice for each)",
        ),
        Field(min_length=1, max_length=6),
    ] = (60, 30, 7)


def bounds(field: FieldInfo) -> tuple[int | None, int | None]:
    """The least and the greatest value of a number."""
    least = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    return least, most


def declared() -> dict[str, tuple[Switch, FieldInfo]]:
    """Every switch by its key, in the order of the declaration."""
    return {
        key: (next(each for each in field.metadata if isinstance(each, Switch)), field)
        for key, field in Preferences.model_fields.items()
    }


@dataclass
class _Kept:
    """The values last read from one database; the generation tells a read that a change has overtaken."""

    values: Preferences | None = None
    until: float = 0.0
    generation: int = 0


_kept: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()
_lock = threading.Lock()


def current(db: Session) -> Preferences:
    """The switches as they stand; a session that has changed some sees its own change."""
    if "preferences_changed" in db.info:
        return _read(db)
    kept = _of(db)
    with _lock:
        if kept.values is not None and time.monotonic() < kept.until:
            return kept.values
        generation = kept.generation
    values = _read(db)
    with _lock:
        if kept.generation == generation:
            kept.values, kept.until = values, time.monotonic() + FRESH_SECONDS
    return values


@requires(Action.PREFERENCE_CHANGE)
def change(db: Session, actor: Actor, values: Mapping[str, object]) -> None:
    """Set switches by key. Raises FieldErrors for values that are not allowed."""
    checked = _checked(values)
    rows = {row.key: row for row in db.scalars(select(Preference).where(Preference.key.in_(checked)))}
    for key, text in checked.items():
        row = rows.get(key)
        if row is None:
            db.add(Preference(key=key, value=text))
        elif row.value != text:
            row.value = text
    db.info["preferences_changed"] = True
    event.listen(db, "after_commit", partial(_forget, _of(db)), once=True)


def _checked(values: Mapping[str, object]) -> dict[str, str]:
    """JSON by key."""
    switches = declared()
    checked: dict[str, str] = {}
    errors: dict[str, str] = {}
    for key, value in values.items():
        switch, _field = switches[key]
        try:
            plain = Preferences.model_validate({key: value}).model_dump(mode="json")[key]
        except ValidationError:
            errors[key] = _("「{name}」的值不在允许范围内").format(name=either(switch.zh, switch.en))
            continue
        if switch.options is not None:
            known = {option for option, _zh, _en in switch.options()}
            plain = sorted(known.intersection(plain))
        checked[key] = json.dumps(plain, ensure_ascii=False)
    if errors:
        raise FieldErrors(errors)
    return checked


def _read(db: Session) -> Preferences:
    db.flush()
    rows = _ROWS.all(db.connection())
    # A switch that a newer or older version of the program knows is left alone.
    return Preferences.model_validate(
        {key: json.loads(value) for key, value in rows if key in Preferences.model_fields}
    )


def _of(db: Session) -> _Kept:
    # The pool is what all sessions of one database share, whatever their options.
    pool = db.connection().engine.pool
    with _lock:
        return _kept.setdefault(pool, _Kept())


def _forget(kept: _Kept, db: Session) -> None:
    """After the commit; to ask the session for a connection now would begin another transaction."""
    db.info.pop("preferences_changed", None)
    with _lock:
        kept.values = None
        kept.generation += 1
