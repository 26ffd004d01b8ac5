"""The one address that agents call by themselves: pairing."""

import base64
import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.access.rights import VISITOR
from app.database import database
from app.desks import service
from app.errors import Forbidden

LONGEST = 1024


async def pair(request: Request) -> Response:
    """Exchange a pairing code for the desk's key."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LONGEST:
            return Response(status_code=413)
    return await run_in_threadpool(_pair, content)


def _pair(content: bytes) -> Response:
    try:
        code = json.loads(content)["code"]
        with database().write() as db:
            paired = service.pair(db, VISITOR, str(code))
    except Forbidden:
        return Response(status_code=403)
    except (ValueError, KeyError, TypeError):
        return Response(status_code=400)
    answer = {"desk": str(paired.desk_id), "key": base64.b64encode(paired.key).decode()}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
