"""ASGI middleware: how large a file may be that a browser sends, by who sends it.

Streamlit has one limit for all (`server.maxUploadSize`), and keeps what is sent in memory.
"""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.rights import Action, Actor, may

PATH = "/_stcore/upload_file/"
MEGABYTE = 1024 * 1024
MOST_BYTES = 31 * MEGABYTE
"""Of anybody: the largest file that a page asks everyone for, in its envelope."""
TOO_LARGE = 413


class Uploads:
    """See the module. More than `MOST_BYTES` are for those only who collect signatures; scans of a whole company are large."""

    def __init__(self, app: ASGIApp, who: Callable[[Request], Actor]) -> None:
        self.app = app
        self._who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it; see the class."""
        if scope["type"] == "http" and PATH in scope["path"] and scope["method"] == "PUT" and _is_large(scope):
            actor = await run_in_threadpool(self._who, Request(scope))
            if not may(actor, Action.SIGNATURE_COLLECT):
                await PlainTextResponse("file too large", TOO_LARGE)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_large(scope: Scope) -> bool:
    """Whether the request is large, or does not say how large it is."""
    length = Headers(scope=scope).get("content-length", "")
    return not length.isdecimal() or int(length) > MOST_BYTES
