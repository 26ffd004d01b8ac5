"""The reviewer's bar: approve, return with a reason, next, undo, by button or by key."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from app.ui.mounting import mounter

_mount = mounter("review_bar")

ActionName = Literal["approve", "return", "next", "undo"]
ACTIONS: tuple[ActionName, ...] = ("approve", "return", "next", "undo")


@dataclass(frozen=True)
class ReviewLabels:
    """What stands on the bar."""

    approve: str
    give_back: str
    next: str
    undo: str
    keys: str
    use_keys: str
    reasons: str
    other_reason: str
    send: str
    cancel: str


@dataclass(frozen=True)
class Decided:
    """What was decided about the record that was shown; a reason comes with `return`."""

    action: ActionName
    case: str
    reason: str = ""


def review_bar(
    case: str,
    turn: int,
    reasons: Sequence[str],
    on_decided: Callable[[Decided], None],
    *,
    key: str,
    labels: ReviewLabels,
    can_undo: bool,
) -> None:
    """Show the bar for the record `case` ("" when none is left); `on_decided` is called before the script runs again.

    The keys are a, r, n, u and ?, none of them while somebody types; `r` opens the list of `reasons`, where a figure chooses.
    After a decision the bar waits until it is shown with another `turn`, so that a key pressed twice decides once.
    """

    def decided() -> None:
        sent = _as_decided(st.session_state[key].get("decided"))
        if sent is not None:
            on_decided(sent)

    _mount(
        key=key,
        data={
            "case": case,
            "turn": turn,
            "reasons": list(reasons),
            "labels": asdict(labels),
            "canUndo": can_undo,
        },
        on_decided_change=decided,
    )


def _as_decided(sent: Any) -> Decided | None:
    """What the browser sent, if it is a decision: anyone can send anything."""
    if not isinstance(sent, dict):
        return None
    action, case, reason = sent.get("action"), sent.get("case"), sent.get("reason", "")
    if action not in ACTIONS or not isinstance(case, str) or not isinstance(reason, str):
        return None
    return Decided(action, case, reason)
