"""The state of a widget as a browser tells it."""

from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState


def typed(kind: str, widget: str, value: object) -> WidgetState:
    """What somebody put into a text (str), selectbox (its text), date (2014-03-25) or checkbox (bool)."""
    state = WidgetState(id=widget)
    match kind, value:
        case "checkbox", bool():
            state.bool_value = value
        case "date_input", str():
            state.string_array_value.data.append(value.replace("-", "/"))
        case _, str():
            state.string_value = value
        case _:
            raise TypeError(f"{kind} takes no {type(value).__name__}")
    return state


def adopted(kind: str, proto: Any) -> WidgetState | None:
    """The value that the script put into a widget; None for a kind that takes none."""
    state = WidgetState(id=proto.id)
    match kind:
        case "checkbox":
            state.bool_value = proto.value
        case "date_input":
            state.string_array_value.data.extend(proto.value)
        case "selectbox":
            state.string_value = proto.raw_value
        case "text_input" | "text_area":
            state.string_value = proto.value
        case _:
            return None
    return state
