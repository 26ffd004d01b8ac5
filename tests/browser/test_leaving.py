"""A page that is left stays left, whatever ran on it every second."""

import pytest

from app.ui.cookies import SESSION
from bench.client import StreamlitClient
from tests.browser.site import Site

pytestmark = pytest.mark.browser


# What is drawn does not come from the database: one will do.
@pytest.mark.parametrize(
    "installed_site", [pytest.param("sqlite", marks=pytest.mark.xdist_group("sqlite"))], indirect=True
)
def test_the_watch_over_the_reader_draws_nothing_into_a_page_that_is_left(site: Site) -> None:
    with StreamlitClient(site.address, {SESSION: site.session_of("clerk")}) as tab:
        tab.open("reader")
        watching = {shown.fragment for shown in tab.shown.values()} - {""}
        assert watching
        tab.click("English")
        tab.wait_seconds = 1
        for fragment in watching:
            with pytest.raises(TimeoutError):  # nobody answers what the browser asked for before it knew
                tab.rerun(fragment=fragment)
