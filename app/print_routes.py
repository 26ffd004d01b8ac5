"""HTTP routes of what is printed: a signature sheet, a person's file, the receipt of a batch."""

import uuid
from datetime import date

from sqlalchemy.exc import NoResultFound
from starlette.concurrency import run_in_threadpool
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

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def signature_sheet(request: Request) -> Response:
    """The practitioner's signature sheet; it opens the print dialog by itself."""
    return await run_in_threadpool(_signature_sheet, request)


def _signature_sheet(request: Request) -> Response:
    use_language(localise.language_of(request))
    actor = who(request)
    try:
        with database().write() as db:
            content = signatures.print_sheet(db, actor, actor.dossier_id)
    except Forbidden:
        return RedirectResponse("/login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    return _file(content, 'inline; filename="signature-sheet.pdf"')


async def person_file(request: Request) -> Response:
    """A person's file as a PDF for staff: `file` is its id, `on` a day in the past."""
    return await run_in_threadpool(_person_file, request)


def _person_file(request: Request) -> Response:
    use_language(localise.language_of(request))
    actor = who(request)
    try:
        dossier_id = uuid.UUID(request.query_params.get("file", ""))
        on = request.query_params.get("on")
        with database().write() as db:
            content = printing.printed(db, actor, dossier_id, date.fromisoformat(on) if on else None)
    except Forbidden:
        return RedirectResponse("/staff_login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    except (ValueError, NoResultFound):
        return PlainTextResponse("", status_code=404)
    return _file(content, 'inline; filename="file.pdf"')


async def batch_receipt(request: Request) -> Response:
    """The receipt of one of the clerk's own batches, as PDF or as a spreadsheet."""
    return await run_in_threadpool(_batch_receipt, request)


def _batch_receipt(request: Request) -> Response:
    use_language(localise.language_of(request))
    as_sheet = request.query_params.get("as") == "xlsx"
    try:
        made = _receipt(who(request), uuid.UUID(request.query_params.get("batch", "")))
        content = as_xlsx(made) if as_sheet else as_pdf(made, font_chain(settings().font_folder))
    except (ValueError, Forbidden):
        return RedirectResponse("/staff_login", status_code=303)
    except UserError as error:
        return PlainTextResponse(error.message, status_code=409)
    if as_sheet:
        return _file(content, 'attachment; filename="receipt.xlsx"', XLSX)
    return _file(content, 'inline; filename="receipt.pdf"')


def _receipt(actor: Actor, batch_id: uuid.UUID) -> Receipt:
    with database().read() as db:
        batch = batches.batch(db, actor, batch_id)
        lines = batches.lines(db, actor, batch_id, newest=None)
    return Receipt(settings().organisation, batch.company, actor.name, batch.started_at, lines)


def _file(content: bytes, name: str, media_type: str = PDF) -> Response:
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
