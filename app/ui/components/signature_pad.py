"""A pad to sign on with a finger, a pen or the mouse."""

from app.ui.mounting import mounter, nothing

_mount = mounter("signature_pad")


def signature_pad(*, key: str, label: str, label_clear: str, label_save: str, hint: str) -> object:
    """The strokes of a signature once it is sent, else None: lists of [x, y, pressure], x and y in widths of the pad.

    What comes from a browser may be anything: `app.signatures.drawn` checks it. It does not work inside `st.form`.
    """
    texts = {"label": label, "clear": label_clear, "save": label_save, "hint": hint}
    return _mount(key=key, data=texts, on_signed_change=nothing).get("signed")
