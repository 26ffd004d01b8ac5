"""How long a code still holds, and the button for another one."""

from datetime import UTC, datetime, timedelta

from app.ui.mounting import mounter, nothing

_mount = mounter("countdown")


def countdown(
    seconds: int,
    *,
    key: str,
    since: datetime,
    resend_after: int,
    running_text: str,
    done_text: str,
    button: str,
) -> bool:
    """Count down `seconds` from `since` (with a time zone) in the browser; True once when `button` is clicked.

    `running_text` has `{seconds}` where the number goes; `done_text` follows it at the end. The button can be pressed
    from `resend_after` seconds on. Reruns do not restart it, a new `since` does. It does not work inside `st.form`.

    Raises:
        ValueError: `since` has no time zone, or `running_text` no `{seconds}`.
    """
    if since.tzinfo is None:
        raise ValueError("since needs a time zone")
    if "{seconds}" not in running_text:
        raise ValueError("running_text needs {seconds}")
    clicked = _mount(
        key=key,
        data={
            "id": key,
            "ends": _milliseconds(since + timedelta(seconds=seconds)),
            "resend": _milliseconds(since + timedelta(seconds=resend_after)),
            # The browser's clock may be wrong: it counts from the server's.
            "now": _milliseconds(datetime.now(UTC)),
            "length": seconds * 1000,
            "runningText": running_text,
            "doneText": done_text,
            "button": button,
        },
        on_resend_change=nothing,
    )
    return clicked.get("resend") is True


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
