"""A button that asks the agent at this desk to read a card; the answer comes back as the agent gave it."""

from collections.abc import Mapping
from typing import Any, Literal

from app.ui.mounting import mounter, nothing

_mount = mounter("desk_reader")


def desk_reader(
    *, key: str, challenge: str, port: int, seconds: float, label: str, label_waiting: str
) -> Literal["wanted"] | Mapping[str, Any] | None:
    """Show the button. "wanted" once when it is pressed: then give a fresh `challenge`, which the agent is asked with.

    Next comes the agent's answer, once; `{"error": "agent_missing"}` where none answers. The agent waits up to `seconds`
    for a card. It does not work inside `st.form`.
    """
    told = _mount(
        key=key,
        data={"challenge": challenge, "port": port, "seconds": seconds, "label": label, "waiting": label_waiting},
        on_wanted_change=nothing,
        on_answer_change=nothing,
    )
    if told.get("wanted") is True:
        return "wanted"
    answer = told.get("answer")
    return answer if isinstance(answer, Mapping) else None
