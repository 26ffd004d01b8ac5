"""The one door for files: every field that takes one is drawn here, and its bytes are had only once they were scanned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app import scanning
from app.database import database
from app.errors import UserError
from app.locale import _
from app.settings import settings
from app.ui import guard

SCANNED = "receiving/scanned"
"""What was found in the files of this tab that were scanned, by their ids; nothing in most."""
Visibility = Literal["visible", "hidden", "collapsed"]


@dataclass(frozen=True)
class Received:
    """A file that somebody sent, not scanned yet."""

    _file: UploadedFile

    @property
    def name(self) -> str:
        """What it is called at the sender's."""
        return f"{self._file.name}"

    @property
    def id(self) -> str:
        """Of this upload; the same file sent again has another."""
        return f"{self._file.file_id}"

    def content(self) -> bytes:
        """Its bytes. Raises UserError as `scanning.refuse_infected` does."""
        return self.stream().getvalue()

    def stream(self) -> UploadedFile:
        """The file at its beginning, to be read. Raises UserError as `scanning.refuse_infected` does."""
        if settings().clamd:
            self._scan()
        self._file.seek(0)
        return self._file

    def _scan(self) -> None:
        """Once: a page is drawn many times with the same file."""
        found: dict[str, UserError | None] = st.session_state.setdefault(SCANNED, {})
        if self.id not in found:
            try:
                with st.spinner(_("正在扫描病毒…")):
                    scanning.refuse_infected(database(), guard.current_actor(), self._file, self.name)
                found[self.id] = None
            except UserError as error:
                if error.code != "infected":  # the scanner may answer the next time
                    raise
                found[self.id] = error
        if known := found[self.id]:
            raise UserError(known.code, known.message)


def file_field(
    label: str, formats: Sequence[str], *, key: str, megabytes: int, label_visibility: Visibility = "visible"
) -> Received | None:
    """A field for one file."""
    file = st.file_uploader(label, list(formats), key=key, max_upload_size=megabytes, label_visibility=label_visibility)
    return None if file is None else Received(file)


def files_field(label: str, formats: Sequence[str], *, key: str, megabytes: int) -> list[Received]:
    """A field for many."""
    files = st.file_uploader(label, list(formats), accept_multiple_files=True, key=key, max_upload_size=megabytes)
    return [Received(file) for file in files]


def camera_field(label: str, *, key: str, width: int) -> Received | None:
    """A field for a picture of the camera."""
    file = st.camera_input(label, key=key, label_visibility="collapsed", width=width)
    return None if file is None else Received(file)
