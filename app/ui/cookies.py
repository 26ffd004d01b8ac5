"""Names of the session's and the device's cookies, and the visit cookie that ties a log-in to its browser."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.tokens import new_token
from app.settings import settings

SESSION = "congye_session"
DEVICE = "congye_device"
"""Kept for long: a browser that somebody has logged in with."""


class Visits:
    """ASGI middleware: gives a browser without one a visit cookie."""

    name = "congye_visit"

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; see the class."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Not the standard library's parser: it raises on cookies that other sites of the same domain may have set.
        known = self.name in HTTPConnection(scope).cookies

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not known and headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", self._new_cookie())
            await send(message)

        await self.app(scope, receive, with_cookie)

    def _new_cookie(self) -> str:
        secure = "; Secure" if settings().https else ""
        return f"{self.name}={new_token()}; HttpOnly; SameSite=Lax; Path=/{secure}"
