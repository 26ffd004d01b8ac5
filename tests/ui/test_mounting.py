"""The files that components are imported from."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.components.v2.manifest_scanner import scan_component_manifests

from app.ui import mounting

CLIENT = TestClient(Starlette(routes=mounting.routes))
TABLE = mounting.path("record_table")


def test_script_and_style_come_in_one_file_that_browsers_keep() -> None:
    answer = CLIENT.get(TABLE)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "export default function" in answer.text
    assert "replaceSync" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        re.sub(r"\.[0-9a-f]+\.js", ".0123456789abcdef.js", TABLE),
        TABLE.replace("record_table", "..%2f..%2flocale"),
        TABLE.replace("record_table", "unknown"),
    ],
    ids=["of other content", "elsewhere", "unknown"],
)
def test_nothing_else_is_given(address: str) -> None:
    assert CLIENT.get(address).status_code == 404


def test_no_other_package_has_components_which_streamlit_would_have_to_search_for() -> None:
    assert scan_component_manifests() == []
