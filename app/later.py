"""What a server does once it is ready: it imports what no start needs, and begins the background work.

What takes long to import is imported where it is used, so that nobody waits for it at the start, and here in the
background, so that nobody waits for it afterwards either.
"""

import logging
import pkgutil
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from data.engine import Database

log = logging.getLogger(__name__)
PAUSE_SECONDS = 3.0
"""Whoever waited for the server gets a page first: to import all this keeps a processor busy for a second or two."""
PACKAGES = (
    "PIL.Image",
    "altair",
    "apscheduler.schedulers.background",
    "babel.messages.pofile",
    "bcrypt",
    "captcha.image",
    "cv2",
    "httpx",
    "numpy",
    "openpyxl",
    "pandas",
    "phonenumbers",
    "pypdfium2",
    "pypinyin",
    "reportlab.pdfgen.canvas",
    "ua_parser",
    "xlsxwriter",
    "zxingcpp",
)
"""No module may import one of these on the way to a server that is ready."""
_LATE_ROUTES: list[str] = []
"""The modules of routes that come when asked."""
ONLY_IN_A_RUN = "staff_login_page"
"""streamlit-authenticator declares components when it is imported, which Streamlit wants a page's run for."""


class _State:
    """`problem` says why the background work did not begin; empty while nothing is wrong."""

    problem = ""


def problem() -> str:
    """Why this server does not do all its work; empty when nothing is wrong."""
    return _State.problem


def when_asked(module: str, name: str) -> Callable[[Request], Awaitable[Response]]:
    """A route that is imported when it is first asked for, or in the background."""
    _LATE_ROUTES.append(module)

    async def route(request: Request) -> Response:
        endpoint = getattr(await run_in_threadpool(import_module, module), name)
        answer: Response = await endpoint(request)
        return answer

    return route


@contextmanager
def begun(database: Database) -> Iterator[None]:
    """Within, all of this happens in a thread of its own."""
    stopping = threading.Event()
    with ExitStack() as work:
        thread = threading.Thread(target=_begin, args=(database, stopping, work), name="later", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()


def _begin(database: Database, stopping: threading.Event, work: ExitStack) -> None:
    if stopping.wait(PAUSE_SECONDS):
        return
    try:
        for name in modules():
            import_module(name)
            if stopping.is_set():
                return
        from app.jobs.service import background  # noqa: PLC0415  brings every kind of job

        work.enter_context(background(database))
    except Exception:  # whatever a broken installation raises: `/api/ready` tells
        reference = uuid.uuid4().hex[:8]
        log.exception("the background work did not begin, reference %s", reference)
        _State.problem = f"background work did not begin, reference {reference}"


def modules() -> Iterator[str]:
    """All that is imported, in turn."""
    from app import ui  # noqa: PLC0415

    yield from PACKAGES
    yield from _LATE_ROUTES
    yield "app.jobs.service"
    for module in pkgutil.iter_modules(ui.__path__):
        if module.name != ONLY_IN_A_RUN:
            yield f"{ui.__name__}.{module.name}"
