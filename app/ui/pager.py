"""The way to the next page of a long list, and back, under the list."""

from typing import TypeVar

import streamlit as st

from app.locale import _

Place = TypeVar("Place")


def draw(places: list[Place], following: Place | None, *, key: str) -> None:
    """Two buttons in one place, dead where there is no page to go to; nothing where all is on one page.

    `places` says where the pages up to this one begin, without the first page, and is changed by a click before the
    list is drawn again; `following` is where the next page begins, None on the last one.
    """
    if not places and following is None:
        return
    back, on, _space = st.columns([1, 1, 4])
    back.button(_("上一页"), key=f"{key}/back", disabled=not places, width="stretch", on_click=_back, args=(places,))
    on.button(
        _("下一页"),
        key=f"{key}/on",
        disabled=following is None,
        width="stretch",
        on_click=_on,
        args=(places, following),
    )


def _back(places: list[Place]) -> None:
    del places[-1:]  # nothing is left to take away where a click came twice


def _on(places: list[Place], following: Place) -> None:
    if places[-1:] != [following]:
        places.append(following)
