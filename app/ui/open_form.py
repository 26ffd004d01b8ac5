"""A form that is open: what was wrong with it the last time it was sent, and where that is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import messages


@dataclass
class OpenForm:
    """Kept in the session while the form is open."""

    errors: dict[str, str] = field(default_factory=dict, kw_only=True)
    """What is wrong, by field."""
    problem: str = field(default="", kw_only=True)
    """What is wrong as a whole."""

    def tell(self) -> None:
        """Show the problem in a place that is always there: a form that moves is built anew, and what stands in it may be lost."""
        with st.container():
            if self.problem:
                messages.show("error", self.problem)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Within, the form is stored; what that refuses is kept and told, and the form drawn again."""
        self.errors, self.problem = {}, ""
        try:
            yield
        except FieldErrors as error:
            self.errors = error.fields
            self.problem = _("有 {count} 处需要修改，请看标红的说明").format(count=len(error.fields))
            st.rerun(scope="fragment")
        except UserError as error:
            self.problem = error.message
            st.rerun(scope="fragment")


def form_of(key: str) -> OpenForm:
    """The form of a page that has one, under its key in the session."""
    form: OpenForm = st.session_state.setdefault(key, OpenForm())
    return form
