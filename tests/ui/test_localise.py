"""The page Streamlit serves arrives in the user's language; everything but that page arrives as it was."""

import gzip
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

import app.ui.localise
from app.ui.localise import ICON_PATH, LANGUAGE_COOKIE, LocalisedPages, routes, script_path, style_path, switch_address
from tests.english_left import ALLOWED

ENGLISH = {"cookie": f"{LANGUAGE_COOKIE}=en"}


async def echo(request: Request) -> JSONResponse:
    return JSONResponse({"method": request.method, "sent": (await request.body()).decode()})


@pytest.fixture
def client() -> TestClient:
    """Streamlit's own static files behind the middleware, without its run time."""
    pages = create_streamlit_static_handler(file_util.get_static_dir(), None)
    echo_route = Route("/api/echo", echo, methods=["GET", "POST"])
    site = Starlette(routes=[echo_route, *routes, Mount("/", pages)], middleware=[Middleware(LocalisedPages)])
    return TestClient(site, headers={"accept-encoding": "identity"}, follow_redirects=False)


def test_a_page_is_chinese_unless_something_else_is_chosen(client: TestClient) -> None:
    html = client.get("/login").text
    assert '<html lang="zh-CN">' in html
    assert "<title>从业档案</title>" in html
    assert re.search(r'<meta name="description" content="[^"]*从业人员', html)
    assert re.search(r"<noscript>[^<]*<p>[^<]*需要启用 JavaScript", html)


def test_a_page_is_english_for_a_browser_that_chose_english(client: TestClient) -> None:
    html = client.get("/login", headers=ENGLISH).text
    assert '<html lang="en">' in html
    assert "<title>Congye</title>" in html
    assert not re.search(r"[\u4e00-\u9fff]", html)


@pytest.mark.parametrize("value", ["fr", "zh", "", "en%22%3E%3Cscript%3E", "en-US"])
def test_an_unknown_language_means_chinese(client: TestClient, value: str) -> None:
    html = client.get("/", headers={"cookie": f"{LANGUAGE_COOKIE}={value}"}).text
    assert '<html lang="zh-CN">' in html


def test_our_script_comes_before_streamlits_and_no_script_stands_in_the_page(client: TestClient) -> None:
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", client.get("/").text, re.DOTALL)
    assert script_path() in scripts[0][0]
    assert "module" in scripts[1][0]
    assert not any(content.strip() for _, content in scripts)


def test_our_styles_come_with_the_page_and_after_streamlits(client: TestClient) -> None:
    html = client.get("/").text
    assert html.index(f'<link rel="stylesheet" href="{style_path()}" />') > html.rindex("./static/css/")
    answer = client.get(style_path())
    assert answer.headers["content-type"].startswith("text/css")
    assert ".cy-message" in answer.text
    assert client.get("/api/ui/style.0000000000000000.css").status_code == 404


def test_the_icon_is_ours_and_streamlit_puts_no_other_there(client: TestClient) -> None:
    html = client.get("/login").text
    assert f'<link rel="icon" href="{ICON_PATH}" />' in html
    assert "shortcut icon" not in html
    icon = client.get(ICON_PATH)
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_streamlits_script_and_styles_are_still_asked_for(client: TestClient) -> None:
    original = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    wanted = set(re.findall(r'(?:src|href)="(\./static/(?:js|css)/[^"]+)"', original))
    assert wanted
    assert wanted <= set(re.findall(r'"(\./static/[^"]+)"', client.get("/").text))


def test_a_page_states_its_length_and_head_sends_nothing(client: TestClient) -> None:
    got, head = client.get("/login"), client.head("/login")
    assert int(got.headers["content-length"]) == len(got.content)
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-type"].startswith("text/html")


def test_an_unchanged_page_is_not_sent_again_but_another_language_is(client: TestClient) -> None:
    first = client.get("/login")
    known = {"if-none-match": first.headers["etag"], "if-modified-since": "Tue, 01 Dec 2099 00:00:00 GMT"}
    again = client.get("/login", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/login", headers=known | ENGLISH).status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    assert "Cookie" in first.headers["vary"]


def test_a_browser_that_takes_gzip_gets_the_same_page_smaller(client: TestClient) -> None:
    with client.stream("GET", "/login", headers={"accept-encoding": "br, gzip"}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(sent)
    assert gzip.decompress(sent) == client.get("/login").content


def test_a_part_of_a_page_is_never_asked_for(client: TestClient) -> None:
    answer = client.get("/login", headers={"range": "bytes=0-9"})
    assert (answer.status_code, len(answer.content) > 1000) == (200, True)


def test_other_answers_stay_as_they_are(client: TestClient) -> None:
    bundle = re.search(r'"\./(static/js/index\.[^"]+)"', client.get("/").text)
    assert bundle
    part = client.get(f"/{bundle[1]}", headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    assert client.get(f"/{bundle[1]}", headers={"if-none-match": part.headers["etag"]}).status_code == 304
    assert client.get("/favicon.png").headers["content-type"] == "image/png"
    assert client.head("/favicon.png").content == b""
    assert client.post("/api/echo", content="内容").json() == {"method": "POST", "sent": "内容"}


def test_the_script_may_be_kept_for_good_and_an_old_one_is_gone(client: TestClient) -> None:
    answer = client.get(script_path())
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "选择文件" in answer.text
    assert client.get("/api/ui/locale.0000000000000000.js").status_code == 404


@pytest.mark.parametrize("back", ["/identity", "/people?page=2&sort=name", "/"])
def test_switching_the_language_returns_to_the_same_page(client: TestClient, back: str) -> None:
    answer = client.get(switch_address("en", back))
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert '<html lang="en">' in client.get("/identity").text
    client.get(switch_address("zh-CN", back))
    assert '<html lang="zh-CN">' in client.get("/identity").text


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "x", "/a\r\nb"]
)
def test_switching_the_language_never_leads_to_another_site(client: TestClient, back: str) -> None:
    assert client.get(switch_address("en", back)).headers["location"] == "/"


def test_only_known_languages_can_be_chosen(client: TestClient) -> None:
    assert client.get("/api/ui/language/fr").status_code == 404


def test_no_translation_holds_english() -> None:
    asset = Path(app.ui.localise.__file__).parent / "assets" / "streamlit_texts.json"
    groups = json.loads(asset.read_text(encoding="utf-8"))["groups"]
    translations = [text for group in groups for text in group.get("texts", {}).values()]
    translations += [text for group in groups for _, text in group.get("patterns", [])]
    words = {word for text in translations for word in re.findall(r"[A-Za-z]{2,}", re.sub(r"\$<\w+>", "", text))}
    assert words - ALLOWED <= {"HTTP", "Streamlit"}
