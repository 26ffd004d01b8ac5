"""The net under pages, fragments and dialogs: users see a message, the log gets the trace."""

import logging
import uuid
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from app import faults
from app.errors import UserError
from app.locale import _, use_language
from app.ui import messages
from app.ui.localise import LANGUAGE_COOKIE

log = logging.getLogger(__name__)
P = ParamSpec("P")


def contained(function: Callable[P, None]) -> Callable[P, None]:
    """Run a page, fragment or dialog in the visitor's language and turn what it raises into a message.

    A fragment's rerun does not pass through the entry script, so each one needs this of its own.
    """

    @wraps(function)
    def inner(*args: P.args, **kwargs: P.kwargs) -> None:
        use_language(st.context.cookies.get(LANGUAGE_COOKIE))
        try:
            function(*args, **kwargs)
        except UserError as error:
            messages.show("error", error.message)
        except Exception as error:  # noqa: BLE001  the last net: anything else is our fault, not the user's
            messages.show("error", logged(error, function.__qualname__))

    return inner


def logged(error: Exception, where: str) -> str:
    """Write an error that no user can mend into the log; returns what they are told."""
    reference = uuid.uuid4().hex[:8]
    log.error("%s failed, reference %s", where, reference, exc_info=error)
    text = _("程序出错，刚才的操作没有保存。请重试；若仍出错，请把编号 {reference} 告诉管理员")
    return faults.told(error) or text.format(reference=reference)
