"""The database's clock, in UTC: the one clock that all servers share."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from data.direct import Direct
from data.moments import UtcDateTime


class clock(FunctionElement[datetime]):  # noqa: N801  stands in statements as SQL's own functions do
    """The moment, as a part of any statement."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(clock, "sqlite")
def _in_sqlite(_element: clock, _compiler: Any, **_options: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


@compiles(clock, "postgresql")
def _in_postgresql(_element: clock, _compiler: Any, **_options: Any) -> str:
    return "clock_timestamp()"


_NOW = Direct(select(clock()))


def database_now(session: Session) -> datetime:
    """What the clock says."""
    ((moment,),) = _NOW.all(session.connection())
    assert isinstance(moment, datetime)  # noqa: S101  the function's type
    return moment
