"""The way to the next page of a long list, and back, under the list."""

from typing import TypeVar

import streamlit as st

from app.locale import _

Place = TypeVar("Place")


def draw(places: list[Place], following: Place | None, *, key: str) -> None:
    """Two buttons, each where there is a page to go to.

    `places` says where the pages up to this one begin, without the first page, and is changed by a click before the
    list is drawn again; `following` is where the next page begins, None on the last one.
    """
    back, on, _space = st.columns([1, 1, 4])
    if places:
        back.button(_("上一页"), key=f"{key}/back", width="stretch", on_click=_back, args=(places,))
    if following is not None:
        on.button(_("下一页"), key=f"{key}/on", width="stretch", on_click=_on, args=(places, following))


def _back(places: list[Place]) -> None:
    del places[-1:]  # nothing is left to take away where a click came twice


def _on(places: list[Place], following: Place) -> None:
    if places[-1:] != [following]:
        places.append(following)
