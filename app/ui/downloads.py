"""Files of background jobs as downloads: streamed a piece at a time to whom the job belongs."""

import uuid
from collections.abc import Iterator
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse

from app.access import sessions
from app.access.rights import Actor, Role
from app.database import database
from app.errors import UserError
from app.jobs import files, queue
from app.locale import _, use_language
from app.transfer import exports
from app.ui import localise
from app.ui.cookies import SESSION

RESULT = "result"
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def address(job_id: uuid.UUID) -> str:
    """Where the result of a job is downloaded."""
    return f"/api/jobs/{job_id}/result"


async def job_result(request: Request) -> Response:
    """The file that a job made."""
    return await run_in_threadpool(_job_result, request)


def _job_result(request: Request) -> Response:
    use_language(localise.language_of(request))
    try:
        job_id = uuid.UUID(request.path_params["job_id"])
        with database().read() as db:
            actor = sessions.who(db, request.cookies.get(SESSION)).actor
            if actor.role is Role.VISITOR:
                return RedirectResponse("/staff_login", status_code=303)
            name, size = _named(db, actor, job_id)
    except (UserError, ValueError):
        return PlainTextResponse(_("没有这个文件，或它已过期"), status_code=404)
    quoted = quote(name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quoted}",
        "Content-Length": str(size),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_pieces(job_id), media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers=headers)


async def person(request: Request) -> Response:
    """One person's file as JSON."""
    return await run_in_threadpool(_person, request)


def _person(request: Request) -> Response:
    use_language(localise.language_of(request))
    try:
        dossier_id = uuid.UUID(request.path_params["dossier_id"])
        with database().write() as db:
            actor = sessions.who(db, request.cookies.get(SESSION)).actor
            content = exports.person_json(db, actor, dossier_id)
    except (UserError, ValueError):
        return PlainTextResponse(_("没有这个文件，或它已过期"), status_code=404)
    headers = {"Content-Disposition": f'attachment; filename="{dossier_id}.json"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA_TYPES["json"], headers=headers)


def _named(db: Session, actor: Actor, job_id: uuid.UUID) -> tuple[str, int]:
    job = queue.follow(db, actor, job_id)
    size = files.size_of(db, job_id, RESULT)
    if job.state != "done" or not job.result or not size:
        raise UserError("gone", "")
    return str(job.result["file_name"]), size


def _pieces(job_id: uuid.UUID) -> Iterator[bytes]:
    return files.pieces(database(), job_id, RESULT)
