"""How large an uploaded table may be: the page says what the server takes."""

import io
import tomllib
from pathlib import Path

import pytest

from app.errors import UserError
from app.transfer.limits import SHOWN_MEGABYTES, UPLOAD_BYTES
from app.transfer.table_file import open_table
from app.ui.uploads import MEGABYTE, MOST_BYTES

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_the_server_takes_what_the_page_offers() -> None:
    server = tomllib.loads(CONFIG.read_text("utf-8"))["server"]
    assert UPLOAD_BYTES == SHOWN_MEGABYTES * MEGABYTE
    assert UPLOAD_BYTES < MOST_BYTES <= server["maxUploadSize"] * MEGABYTE


def test_a_larger_file_is_refused_with_the_figure() -> None:
    with pytest.raises(UserError) as refused, open_table(io.BytesIO(bytes(UPLOAD_BYTES + 1))):
        pass
    assert (refused.value.code, refused.value.message) == ("too_big", "文件大于 30 MB，请拆成几个文件")
