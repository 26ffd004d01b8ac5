"""GET /api/batch-receipt: the receipt of one of the clerk's own batches, as PDF or as a spreadsheet."""

import uuid
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.access.rights import Actor
from app.database import database
from app.dossiers import batches
from app.dossiers.receipt import Receipt, as_pdf, as_xlsx
from app.errors import Forbidden, UserError
from app.locale import use_language
from app.settings import settings
from app.signatures.fonts import font_chain
from app.ui import localise

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def route(who: Callable[[Request], Actor]) -> Route:
    """The route; `who` tells who asks."""

    async def receipt(request: Request) -> Response:
        return await run_in_threadpool(_answer, request, who)

    return Route("/api/batch-receipt", receipt)


def _answer(request: Request, who: Callable[[Request], Actor]) -> Response:
    use_language(localise.language_of(request))
    as_sheet = request.query_params.get("as") == "xlsx"
    try:
        made = _receipt(who(request), uuid.UUID(request.query_params.get("batch", "")))
        content = as_xlsx(made) if as_sheet else as_pdf(made, font_chain(settings().font_folder))
    except (ValueError, Forbidden):
        return RedirectResponse("/staff_login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    name = f'{"attachment" if as_sheet else "inline"}; filename="receipt.{"xlsx" if as_sheet else "pdf"}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX if as_sheet else PDF, headers=headers)


def _receipt(actor: Actor, batch_id: uuid.UUID) -> Receipt:
    with database().read() as db:
        batch = batches.batch(db, actor, batch_id)
        lines = batches.lines(db, actor, batch_id, newest=None)
    return Receipt(settings().organisation, batch.company, actor.name, batch.started_at, lines)
