"""批量读卡: one card after another without touching the mouse; a big sign and a sound tell what became of each."""

import uuid
from dataclasses import dataclass

import streamlit as st

from app.database import database
from app.dossiers import batches
from app.dossiers import service as dossiers
from app.dossiers.card_messages import outcome_text
from app.dossiers.reading import contradicts_itself, identity_of, read_document, warnings_of
from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import guard, messages, reader_state
from app.ui.batch_lists import finished, listing, tally
from app.ui.components import SignKind, sign
from app.ui.identity_view import changes_of, facts_of, portrait
from app.ui.safety import contained
from data.models import IntakeBatch
from devices.resident_card import CardReading

KEY = "batch"
SIGNS: dict[str, SignKind] = {"created": "good", "updated": "good", "unchanged": "good", "double": "warn"}


@dataclass(frozen=True)
class Shown:
    """What the sign says now; `event` is another one for each card."""

    kind: SignKind
    title: str
    text: str
    event: str


@dataclass(frozen=True)
class Held:
    """A card that waits for the clerk's key."""

    reading: CardReading
    identity: dict[str, object]
    dossier_id: uuid.UUID | None
    changed: list[tuple[str, str, str]]


def draw() -> None:
    """The batch that is open, or the beginning of one."""
    with database().read() as db:
        batch = batches.open_batch(db, guard.staff())
    if batch is None:
        _begin()
        finished()
        return
    if st.session_state.get(f"{KEY}/id") != batch.id:
        # A batch that goes on after a reload: the card that still lies there is on its list already.
        st.session_state[f"{KEY}/id"] = batch.id
        reader_state.take_as_read()
    reader_state.watch(lambda: f"{KEY}/held" not in st.session_state)
    _running(batch)


@st.fragment
@contained
def _begin() -> None:
    messages.plain(_("一家单位送来多张身份证时使用：放上一张，读出后自动保存，换下一张，不用鼠标。"))
    with st.form(f"{KEY}/begin", border=False):
        company = st.text_input(_("送办单位（可不填）"), key=f"{KEY}/company", autocomplete="off")
        begun = st.form_submit_button(_("开始批量读卡"), type="primary")
    if not begun:
        return
    try:
        with database().write() as db:
            st.session_state[f"{KEY}/id"] = batches.start(db, guard.staff(), company).id
    except FieldErrors as error:
        messages.field_error(error.message)
        return
    _say(Shown("wait", _("请放上第一张身份证"), "", uuid.uuid4().hex))
    st.rerun()


@st.fragment
@contained
def _running(batch: IntakeBatch) -> None:
    if reader_state.read_is_due():
        _take(batch.id)
    shown: Shown = st.session_state.get(f"{KEY}/shown") or Shown("wait", _("请放上身份证"), "", "")
    sign(shown.kind, shown.title, shown.text, event=shown.event, sound=st.session_state.get(f"{KEY}/sound", True))
    if held := st.session_state.get(f"{KEY}/held"):
        _ask(batch.id, held)
    tally(batch)
    auto, sound, end = st.columns([2, 2, 1], vertical_alignment="center")
    auto.toggle(_("没有问题的自动保存"), value=True, key=f"{KEY}/auto")
    sound.toggle(_("提示音"), value=True, key=f"{KEY}/sound")
    if end.button(_("结束本批"), key=f"{KEY}/end", width="stretch"):
        _end(batch.id)
    listing(batch)


def _take(batch_id: uuid.UUID) -> None:
    """Read the card; keep it at once where there is nothing to decide."""
    actor = guard.staff()
    try:
        reading = _card()
    except UserError as error:
        with database().write() as db:
            batches.note_failure(db, actor, batch_id, error.code)
        _say(Shown("bad", _("读卡失败"), error.message, uuid.uuid4().hex))
        return
    held = _compare(reading)
    if warnings_of(reading) or held.changed or not st.session_state.get(f"{KEY}/auto", True):
        st.session_state[f"{KEY}/held"] = held
        text = "\n".join(warnings_of(reading)) or (_("已建档，信息有变化") if held.changed else _("请核对"))
        _say(Shown("warn", _name(held), text, uuid.uuid4().hex))
        st.rerun()
    _keep(batch_id, held)


def _card() -> CardReading:
    found = read_document(reader_state.chosen())
    if isinstance(found, CardReading):
        return found
    raise UserError("not_an_id_card", _("这台读卡器读不出身份证内容，不能用于批量读卡"))


def _compare(reading: CardReading) -> Held:
    identity = identity_of(reading)
    with database().read() as db:
        known = dossiers.known_person(db, guard.staff(), reading.document_type, reading.number)
    changed = changes_of(known, identity, reading.photo) if known else []
    return Held(reading, identity, known.id if known else None, changed)


def _ask(batch_id: uuid.UUID, held: Held) -> None:
    values, side = st.columns([4, 1])
    with values:
        messages.facts(facts_of(held.identity))
        if held.changed:
            messages.changes(held.changed)
    with side:
        if held.reading.photo is not None:
            portrait(held.reading.photo)
    save, skip, _space = st.columns([2, 1, 2])
    # Who keeps a card that contradicts itself has compared it: another key than the one that hands go to by themselves.
    differs = contradicts_itself(held.reading)
    name, shortcut = (_("已对照原件，照此保存"), "Ctrl+Enter") if differs else (_("保存"), "Enter")
    # Done before anything is drawn: a run that begins anew in its middle may leave this part of the page empty.
    save.button(
        name, type="primary", key=f"{KEY}/save", width="stretch", shortcut=shortcut, on_click=_keep,
        args=(batch_id, held), kwargs={"compared": differs},
    )  # fmt: skip
    skip.button(
        _("跳过"), key=f"{KEY}/skip", width="stretch", shortcut="Esc", on_click=_skip, args=(batch_id, held.dossier_id)
    )


@contained
def _skip(batch_id: uuid.UUID, dossier_id: uuid.UUID | None) -> None:
    with database().write() as db:
        batches.note_skipped(db, guard.current_actor(), batch_id, dossier_id)
    st.session_state.pop(f"{KEY}/held", None)
    _say(Shown("wait", _("请放上下一张身份证"), "", uuid.uuid4().hex))


@contained
def _keep(batch_id: uuid.UUID, held: Held, *, compared: bool = False) -> None:
    st.session_state.pop(f"{KEY}/held", None)
    actor = guard.current_actor()
    try:
        with database().write() as db:
            outcome, opened = batches.take_in(
                db, actor, batch_id, held.identity, photo=held.reading.photo, contradictions_seen=compared
            )
    except FieldErrors as error:
        with database().write() as db:
            batches.note_failure(db, actor, batch_id, batches.refused(error))
        _say(Shown("bad", _name(held), error.message, uuid.uuid4().hex))
        return
    text = _("{outcome}，请放下一张").format(outcome=outcome_text(outcome))
    _say(Shown(SIGNS[outcome], opened.dossier.name, text, uuid.uuid4().hex))


def _end(batch_id: uuid.UUID) -> None:
    with database().write() as db:
        batches.close(db, guard.staff(), batch_id)
    for name in ("held", "shown", "company"):
        st.session_state.pop(f"{KEY}/{name}", None)
    st.rerun()


def _say(shown: Shown) -> None:
    st.session_state[f"{KEY}/shown"] = shown


def _name(held: Held) -> str:
    return held.reading.name or held.reading.name_latin or _("姓名读不出")
