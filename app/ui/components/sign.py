"""The big sign of the window: green, amber or red, with a sound of its own."""

from typing import Literal

from app.ui.mounting import mounter

_mount = mounter("sign")

SignKind = Literal["good", "warn", "bad", "wait"]


def sign(kind: SignKind, title: str, text: str, *, event: str, sound: bool) -> None:
    """Show what became of a card. Each `event` is heard once, however often the page is drawn; `wait` is silent."""
    _mount(key="sign", data={"kind": kind, "title": title, "text": text, "id": event, "sound": sound})
