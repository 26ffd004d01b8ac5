"""Streamlit's page in the user's language.

Streamlit 1.67 serves one `index.html` in English and has no setting for its own texts. The middleware here rewrites
that page and puts a script of ours before Streamlit's; the script (`assets/locale.js`) replaces Streamlit's own texts
in the browser by those of `assets/streamlit_texts.json` and by nothing else. Our style sheet comes with the page too: as
one of a run's elements it would move what is drawn already.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.locale import LANGUAGES, SOURCE_LANGUAGE
from app.ui.kept import digest, to_keep

LANGUAGE_COOKIE = "congye_lang"
ICON_PATH = "/api/ui/icon.svg"

_ASSETS = Path(__file__).parent / "assets"
_DAY_SECONDS = 24 * 3600
_YEAR_SECONDS = 365 * _DAY_SECONDS
_NOT_PAGES = ("/api/", "/static/", "/media/", "/component/", "/_stcore/")
# Compression and "not modified" are decided on the rewritten page, so the inner application must not decide them.
_ASKED_OF_US = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"}
_HEADERS_OF_THE_ORIGINAL = ("content-length", "content-encoding", "etag", "last-modified", "accept-ranges")


@dataclass(frozen=True)
class _Wording:
    title: str
    description: str
    without_script: str


_WORDINGS = {
    "zh-CN": _Wording(
        "从业档案",
        "建设工程从业人员个人从业档案：建档、自助填报、审核与签名采集。",
        "本系统需要启用 JavaScript 才能使用，请在浏览器设置中启用后刷新页面。",
    ),
    "en": _Wording(
        "Congye",
        "Personal practice records of construction practitioners: filing, self-service, review and signatures.",
        "This system needs JavaScript. Please enable it in your browser and reload the page.",
    ),
}


@dataclass(frozen=True)
class _Page:
    plain: bytes
    gzipped: bytes
    etag: str


def language_of(connection: HTTPConnection) -> str:
    """The language chosen in this browser (`zh-CN` or `en`), by cookie; Chinese where none is chosen."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else SOURCE_LANGUAGE


def switch_address(language: str, back: str) -> str:
    """Address that switches this browser to `language` and returns to the page at path `back`."""
    return f"/api/ui/language/{language}?{urlencode({'back': back})}"


class LocalisedPages:
    """ASGI middleware: every page Streamlit serves gets the language of the browser's cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or _is_no_page(scope):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif not start:
                await send(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await _answer(scope, bytes(body), start)(scope, receive, send)

        await self.app(_plain_request(scope), receive, rewrite)


def localised(html: str, language: str, root: str) -> str:
    """Streamlit's page `html` with language, title, icon, description, noscript text, our script before its own and our
    style sheet after all of its.

    Its one inline script goes (ours does its work), so that a content security policy needs no exception for it; the
    preload of a font that the theme does not use goes too.
    """
    wording = _WORDINGS[language]
    head = (
        f"<title>{escape(wording.title)}</title>\n"
        f'    <meta name="description" content="{escape(wording.description)}" />\n'
        f'    <script src="{escape(root + script_path())}"></script>'
    )
    changes = (
        (r'<html lang="[^"]*">', f'<html lang="{language}">'),
        (r"<title>.*?</title>", head),
        (r"<noscript>.*?</noscript>", f"<noscript><p>{escape(wording.without_script)}</p></noscript>"),
        (r"<!--(?:(?!-->).)*prerenderReady(?:(?!-->).)*-->\s*<script>.*?</script>\s*", ""),
        (r'<link\s[^>]*rel="preload"[^>]*as="font"[^>]*>\s*', ""),
        # Under the name "shortcut icon" Streamlit would put each menu entry's icon there, fetched from a Google server.
        (r'<link\s[^>]*rel="shortcut icon"[^>]*>', f'<link rel="icon" href="{escape(root + ICON_PATH)}" />'),
        (r"</body>", f'<link rel="stylesheet" href="{escape(root + style_path())}" />\n  </body>'),
    )
    for pattern, replacement in changes:
        html = re.sub(pattern, replacement.replace("\\", r"\\"), html, count=1, flags=re.DOTALL)
    return html


def _is_no_page(scope: Scope) -> bool:
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.startswith(_NOT_PAGES)


def _is_html(start: Message) -> bool:
    content_type = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and content_type.startswith("text/html")


def _plain_request(scope: Scope) -> Scope:
    """The request as the inner application sees it: the whole page, as it is, in the body."""
    extensions = {name: value for name, value in scope.get("extensions", {}).items() if "pathsend" not in name}
    headers = [(name, value) for name, value in scope["headers"] if name not in _ASKED_OF_US]
    return {**scope, "method": "GET", "headers": headers, "extensions": extensions}


def _answer(scope: Scope, original: bytes, start: Message) -> Response:
    connection = HTTPConnection(scope)
    page = _page(original, language_of(connection), scope.get("root_path", ""))
    headers = MutableHeaders(raw=list(start["headers"]))
    for name in _HEADERS_OF_THE_ORIGINAL:
        del headers[name]
    headers["etag"] = page.etag
    headers["cache-control"] = "no-cache"
    headers["vary"] = "Cookie, Accept-Encoding"
    if page.etag in connection.headers.get("if-none-match", ""):
        return _with_headers(Response(status_code=304), headers)
    zipped = "gzip" in connection.headers.get("accept-encoding", "")
    if zipped:
        headers["content-encoding"] = "gzip"
    content = page.gzipped if zipped else page.plain
    headers["content-length"] = str(len(content))
    return _with_headers(Response(b"" if scope["method"] == "HEAD" else content), headers)


def _with_headers(response: Response, headers: MutableHeaders) -> Response:
    response.raw_headers = headers.raw
    return response


@lru_cache(maxsize=8)
def _page(original: bytes, language: str, root: str) -> _Page:
    html = localised(original.decode(), language, root).encode()
    # Weak: the plain and the compressed form share it.
    return _Page(html, gzip.compress(html, mtime=0), f'W/"{hashlib.sha256(html).hexdigest()[:20]}"')


@cache
def script() -> bytes:
    """The script served to browsers: `locale.js` called with Streamlit's texts."""
    code = (_ASSETS / "locale.js").read_text(encoding="utf-8")
    texts = json.loads((_ASSETS / "streamlit_texts.json").read_text(encoding="utf-8"))
    call = f"localise({json.dumps(texts, ensure_ascii=False, separators=(',', ':'))});"
    return f"(() => {{\n{code}\n{call}\n}})();\n".encode()


@cache
def style() -> bytes:
    """The style sheet of our own boxes and lists."""
    return (_ASSETS / "style.css").read_bytes()


@cache
def script_path() -> str:
    """Path of the script; it changes with the content, so browsers may keep it for good."""
    return f"/api/ui/locale.{digest(script())}.js"


@cache
def style_path() -> str:
    """Path of the style sheet, which changes with its content likewise."""
    return f"/api/ui/style.{digest(style())}.css"


async def _serve_script(request: Request) -> Response:
    return to_keep(request, script_path(), script(), "text/javascript")


async def _serve_style(request: Request) -> Response:
    return to_keep(request, style_path(), style(), "text/css")


async def _serve_icon(_request: Request) -> Response:
    headers = {"cache-control": f"public, max-age={_DAY_SECONDS}"}
    return Response((_ASSETS / "icon.svg").read_bytes(), media_type="image/svg+xml", headers=headers)


async def _switch_language(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        raise HTTPException(404)
    back = request.query_params.get("back", "/")
    # Only a path of this site: "//host" and "/\\host" leave it.
    own = re.fullmatch(r"/(?![/\\])[\w/?=&%.~-]*", back) is not None
    response = RedirectResponse(back if own else "/", status_code=303, headers={"cache-control": "no-store"})
    secure = request.url.scheme == "https"
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)
    return response


routes = [
    Route(ICON_PATH, _serve_icon),
    Route("/api/ui/locale.{digest}.js", _serve_script),
    Route("/api/ui/style.{digest}.css", _serve_style),
    Route("/api/ui/language/{language}", _switch_language),
]
