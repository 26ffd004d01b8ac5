"""ASGI middleware before everything else: requests that other sites send are refused, answers carry security headers."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import settings

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

# What Streamlit cannot do without: styles that its parts write into the page, and scripts of our components, which it
# turns into blob: addresses.
ALLOWED = {
    "default-src": "'none'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    # The agent at the desk reads cards for the page.
    "connect-src": "'self' data: http://127.0.0.1:{desk_port}",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# The window photographs people; nothing else of the device is anybody's business.
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), midi=(), display-capture=()"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000"
REFUSED = 403


def policy() -> str:
    """The content security policy of every answer."""
    return "; ".join(f"{what} {where}" for what, where in ALLOWED.items()).format(desk_port=settings().desk_port)


class Protected:
    """See the module. Reading (GET) is open to links from elsewhere; whatever else is asked must come from here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it; see the class."""
        if scope["type"] == "websocket" and not _same_origin(scope):
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = policy()
                if settings().https or scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
            await send(message)

        if scope["method"] in SAFE_METHODS or _same_origin(scope):
            await self.app(scope, receive, with_headers)
        else:
            await PlainTextResponse("refused: asked from another site", REFUSED)(scope, receive, with_headers)


def _same_origin(scope: Scope) -> bool:
    """Whether a browser says that a page of this host asks. No page can keep a browser from saying who asks."""
    headers = Headers(scope=scope)
    try:
        asking = urlsplit(headers.get("origin", "")).netloc
    except ValueError:  # no address at all, such as one with a lone bracket
        return False
    return bool(asking) and asking == headers.get("host")
