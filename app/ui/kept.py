"""Files of ours that browsers keep for good: their address changes with their content."""

import hashlib

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_YEAR_SECONDS = 365 * 24 * 3600


def digest(content: bytes) -> str:
    """Stands in the address."""
    return hashlib.sha256(content).hexdigest()[:16]


def to_keep(request: Request, path: str, content: bytes, media_type: str) -> Response:
    """The answer to whoever asks for `path`. Raises HTTPException where another content was meant."""
    if request.url.path != request.scope.get("root_path", "") + path:
        raise HTTPException(404)
    headers = {"cache-control": f"public, max-age={_YEAR_SECONDS}, immutable"}
    return Response(content, media_type=media_type, headers=headers)
