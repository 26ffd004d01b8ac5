"""HTTP routes of what is printed: a signature sheet, a person's file, the receipt of a batch."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from sqlalchemy.exc import NoResultFound
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from app.access.rights import Actor
from app.database import database
from app.dossiers import batches, printing
from app.dossiers.receipt import Receipt, as_pdf, as_xlsx
from app.errors import Forbidden, UserError
from app.locale import use_language
from app.session_routes import who
from app.settings import settings
from app.signatures import service as signatures
from app.signatures.fonts import font_chain
from app.ui import localise

T = TypeVar("T")
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _printing(print_one: Callable[[Request, Actor], Response], log_in: str) -> Callable[[Request], Awaitable[Response]]:
    """A route of what `print_one` makes, in the visitor's language; who may not have it is sent to a page to log in."""

    def answered(request: Request) -> Response:
        use_language(localise.language_of(request))
        try:
            return print_one(request, who(request))
        except Forbidden:
            return RedirectResponse(log_in, status_code=303)
        except UserError as error:
            return PlainTextResponse(error.message, status_code=409)
        except NoResultFound:
            return PlainTextResponse("", status_code=404)

    async def route(request: Request) -> Response:
        return await run_in_threadpool(answered, request)

    return route


def _asked(request: Request, name: str, read: Callable[[str], T]) -> T:
    """What the address asks for; nothing is there where it cannot be read. Any other ValueError is our fault, and logged."""
    try:
        return read(request.query_params.get(name, ""))
    except ValueError:
        raise HTTPException(404, "") from None


def _signature_sheet(_request: Request, actor: Actor) -> Response:
    with database().write() as db:
        content = signatures.print_sheet(db, actor, actor.dossier_id)
    return _file(content, 'inline; filename="signature-sheet.pdf"')


def _person_file(request: Request, actor: Actor) -> Response:
    dossier_id = _asked(request, "file", uuid.UUID)
    on = _asked(request, "on", date.fromisoformat) if request.query_params.get("on") else None
    with database().write() as db:
        content = printing.printed(db, actor, dossier_id, on)
    return _file(content, 'inline; filename="file.pdf"')


def _batch_receipt(request: Request, actor: Actor) -> Response:
    made = _receipt(actor, _asked(request, "batch", uuid.UUID))
    if request.query_params.get("as") == "xlsx":
        return _file(as_xlsx(made), 'attachment; filename="receipt.xlsx"', XLSX)
    return _file(as_pdf(made, font_chain(settings().font_folder)), 'inline; filename="receipt.pdf"')


signature_sheet = _printing(_signature_sheet, "/login")
"""The practitioner's signature sheet; it opens the print dialog by itself."""
person_file = _printing(_person_file, "/staff_login")
"""A person's file as a PDF for staff: `file` is its id, `on` a day in the past."""
batch_receipt = _printing(_batch_receipt, "/staff_login")
"""The receipt of one of the clerk's own batches, as PDF or (`as=xlsx`) as a spreadsheet."""


def _receipt(actor: Actor, batch_id: uuid.UUID) -> Receipt:
    with database().read() as db:
        batch = batches.batch(db, actor, batch_id)
        lines = batches.lines(db, actor, batch_id, newest=None)
    return Receipt(settings().organisation, batch.company, actor.name, batch.started_at, lines)


def _file(content: bytes, name: str, media_type: str = PDF) -> Response:
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
