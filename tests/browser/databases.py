"""On which databases a browser test runs: on both, unless what it looks at does not come from the database."""

import pytest

_SITE = "installed_site"


def on(database: str) -> object:
    """The site on a database. With `--dist loadgroup` one process runs all its tests and starts one server for them."""
    return pytest.param(database, marks=pytest.mark.xdist_group(database))


on_sqlite = pytest.mark.parametrize(_SITE, [on("sqlite")], indirect=True)
on_postgresql = pytest.mark.parametrize(_SITE, [on("postgresql")], indirect=True)
