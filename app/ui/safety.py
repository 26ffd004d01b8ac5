"""The net under pages, fragments, dialogs and callbacks: users see a message, the log gets the trace."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import ParamSpec

import streamlit as st

from app import faults
from app.errors import UserError
from app.locale import _, use_language
from app.ui import messages
from app.ui.localise import LANGUAGE_COOKIE

log = logging.getLogger(__name__)
P = ParamSpec("P")


@contextmanager
def telling(where: str, tell: Callable[[str], object]) -> Iterator[None]:
    """Within, what goes wrong becomes a message in the visitor's language, and goes to the log where no user can mend it.

    Callbacks and reruns of a fragment do not pass through the entry script, so each one needs this of its own.
    """
    use_language(st.context.cookies.get(LANGUAGE_COOKIE))
    try:
        yield
    except UserError as error:
        tell(error.message)
    except Exception as error:  # noqa: BLE001  the last net: anything else is our fault, not the user's
        tell(logged(error, where))


def contained(function: Callable[P, None]) -> Callable[P, None]:
    """Run a page, fragment, dialog or callback so; the message is shown where it would have drawn."""

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        with telling(function.__qualname__, partial(messages.show, "error")):
            function(*args, **kwargs)

    return inner


def logged(error: Exception, where: str) -> str:
    """Write an error that no user can mend into the log; returns what they are told."""
    reference = uuid.uuid4().hex[:8]
    log.error("%s failed, reference %s", where, reference, exc_info=error)
    text = _("程序出错，刚才的操作没有保存。请重试；若仍出错，请把编号 {reference} 告诉管理员")
    return faults.told(error) or text.format(reference=reference)
