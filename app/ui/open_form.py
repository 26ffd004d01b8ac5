"""A form that is open: what was wrong with it the last time it was sent, and where that is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from app.errors import FieldErrors, UserError
from app.locale import _
from app.ui import messages
from app.ui.safety import telling


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
        except UserError as error:
            self._refuse(error)
            st.rerun(scope="fragment")

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """As `sending`, in the callback of the form's button: it is over before anything is drawn, so that a form which is
        stored is not drawn once more, and one which is not tells why at once."""
        self.errors, self.problem = {}, ""
        with telling(type(self).__name__, self._failed):
            try:
                yield
            except UserError as error:
                self._refuse(error)

    def _failed(self, text: str) -> None:
        self.problem = text

    def _refuse(self, error: UserError) -> None:
        self.problem = error.message
        if isinstance(error, FieldErrors):
            self.errors = error.fields
            self.problem = _("有 {count} 处需要修改，请看标红的说明").format(count=len(error.fields))


def form_of(key: str) -> OpenForm:
    """The form of a page that has one, under its key in the session."""
    form: OpenForm = st.session_state.setdefault(key, OpenForm())
    return form
