"""What a browser sends before it knows what the server has drawn meanwhile does no harm."""

import pytest

from app.demo.people import DemoPerson
from app.ui.cookies import SESSION
from bench.client import StreamlitClient
from tests.browser.databases import on_sqlite
from tests.browser.site import Site

pytestmark = [
    pytest.mark.browser,
    on_sqlite,  # what is drawn when does not depend on the database
]


def test_the_watch_over_the_reader_draws_nothing_into_a_page_that_is_left(site: Site) -> None:
    with StreamlitClient(site.address, {SESSION: site.session_of("clerk")}) as tab:
        tab.open("reader")
        watching = {shown.fragment for shown in tab.shown.values()} - {""}
        assert watching
        tab.click("English")
        tab.wait_seconds = 1
        for fragment in watching:
            with pytest.raises(TimeoutError):  # nobody answers
                tab.rerun(fragment=fragment)


def test_a_click_on_a_file_that_is_still_being_drawn_does_not_lead_back_to_the_list(
    site: Site, person: DemoPerson
) -> None:
    with StreamlitClient(site.address, {SESSION: site.session_of("reviewer")}) as tab:
        tab.open(f"people?q={person.number}")
        tab.trigger("record_table", "clicked", {"action": "open", "row": str(site.dossier_id(person))})
        # The fields of the list come along once more, as they do while the browser still shows them.
        tab.click("显示完整号码和住址")
        assert tab.has("button", "返回列表")
