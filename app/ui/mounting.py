"""Registering components and sending them pictures and sound.

A component's script and style are not part of what a run sends: Streamlit would send them anew with every run that draws
the component with other data. They are a file that browsers keep; what is sent is the few lines that import it.
"""

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.components.v2.component_manager import BidiComponentManager

from app.ui.kept import digest, to_keep

_ASSETS = Path(__file__).parent / "components" / "assets"
# A module made of text has no address of its own, so that it needs a whole one of the other.
_IMPORT = """\
const { default: draw, sheet } = await import(new URL("%s", location.origin).href);
export default (component) => {
  const root = component.parentElement.getRootNode();
  if (root.adoptedStyleSheets[0] !== sheet) root.adoptedStyleSheets = [sheet];
  return draw(component);
};
"""
_MEDIA_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "audio/wav"))


def mounter(name: str) -> Callable[..., Any]:
    """Register `assets/<name>.js` with `assets/<name>.css` and return the function that mounts it.

    Called once per component, when its module is imported. Streamlit keeps definitions per process, not per session or
    run, and registers one again by itself when the module was imported before the server's runtime existed.
    """
    mount = st.components.v2.component(f"congye_{name}", html='<div class="root"></div>', js=_IMPORT % path(name))

    def mounted(*, data: Mapping[str, Any] | None = None, **how: Any) -> Any:
        return mount(data=None if data is None else {key: _plain(value) for key, value in data.items()}, **how)

    return mounted


def register_own_only() -> None:
    """Let Streamlit look for no other components when its runtime is made.

    Streamlit 1.67 reads the metadata of every installed package in search of some, which is a seventh of a server's start,
    and has no setting for it. None that the product needs declares any; those above register themselves.
    """
    BidiComponentManager.discover_and_register_components = _found_none  # type: ignore[method-assign]


def _found_none(self: BidiComponentManager, *, start_file_watching: bool = True) -> None:
    """In place of the search."""


def _plain(value: object) -> object:
    """A list as a tuple: of a list Streamlit asks pandas whether it is a table, which it first has to import."""
    return tuple(value) if isinstance(value, list) else value


@cache
def _module(name: str) -> bytes:
    """Script and style of a component in one file."""
    style = "\n".join(_read(file) for file in ("base.css", f"{name}.css") if (_ASSETS / file).exists())
    sheet = f"export const sheet = new CSSStyleSheet();\nsheet.replaceSync({json.dumps(style)});\n"
    return (_read(f"{name}.js") + sheet).encode()


def path(name: str) -> str:
    """The address of that file."""
    return f"/api/ui/component/{name}.{digest(_module(name))}.js"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in {file.stem for file in _ASSETS.glob("*.js")}:
        raise HTTPException(404)
    return to_keep(request, path(name), _module(name), "text/javascript")


routes = [Route("/api/ui/component/{name}.{digest}.js", _serve)]


def data_url(content: bytes) -> str:
    """PNG, JPEG or WAV bytes as a data URL.

    Not served from an address: Streamlit's media files are given to whoever has their address.

    Raises:
        ValueError: the bytes are of no such type.
    """
    for magic, media_type in _MEDIA_TYPES:
        if content.startswith(magic):
            return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    raise ValueError("neither PNG nor JPEG nor WAV")


def nothing() -> None:
    """Stands as callback: Streamlit reports only those triggers that have one."""


def _read(file: str) -> str:
    return (_ASSETS / file).read_text(encoding="utf-8")
