"""What the components refuse before a browser sees it."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.ui.components import Column, Row, countdown, go_to, pdf_link, record_table
from app.ui.components.record_table import Clicked, _as_clicked
from app.ui.mounting import data_url

FOREIGN = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
    "x",
)


@pytest.mark.parametrize("url", FOREIGN)
def test_other_sites_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an address of this site"):
        go_to(url)
    with pytest.raises(ValueError, match="not an address of this site"):
        pdf_link(url, "打印", key="print")


def test_a_ticket_of_any_characters_is_followed() -> None:
    def page() -> None:
        from app.ui.components import go_to  # the text of this function is run as a page

        go_to("/api/session?ticket=a__b_-~")

    assert not AppTest.from_function(page).run().exception


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "edit",
        {"action": "delete", "row": "a"},
        {"action": "edit", "row": "b"},
        {"action": ["edit"], "row": "a"},
        {},
    ],
)
def test_a_button_that_is_not_shown_cannot_be_clicked(sent: object) -> None:
    assert _as_clicked(sent, {"a": ["edit"]}) is None
    assert _as_clicked({"action": "edit", "row": "a"}, {"a": ["edit"]}) == Clicked("edit", "a")


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="one cell per column"):
        record_table([Column("姓名")], [Row("a", ())], actions=(), key="k", label="", empty="")


def test_only_pictures_and_sound_are_sent() -> None:
    assert data_url(b"\xff\xd8\xff\xe0").startswith("data:image/jpeg;base64,")
    with pytest.raises(ValueError, match="neither"):
        data_url(b"<svg onload=alert(1)>")


@pytest.mark.parametrize(
    ("since", "text"),
    [(datetime(2026, 11, 24), "{seconds}"), (datetime(2026, 11, 24, tzinfo=UTC), "秒")],  # noqa: DTZ001
)
def test_a_countdown_needs_a_time_zone_and_a_place_for_its_number(since: datetime, text: str) -> None:
    with pytest.raises(ValueError, match="needs"):
        countdown(90, key="k", since=since, resend_after=60, running_text=text, done_text="", button="")
