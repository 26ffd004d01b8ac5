"""Faults of the database and its disk in words that a user can act on."""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.locale import _
from data.driver_errors import is_orphan
from data.reopening import ReplacedError

# SQLite's primary result codes (sqlite.org/rescode.html) and PostgreSQL's error codes (its manual, appendix A).
FULL = {13, "53100"}
UNWRITABLE = {8, 14, "25006"}
BUSY = {5, 6, "40001", "40P01", "53300", "55P03", "57014"}
STORAGE = {10, 11, 26, "58030"}


def told(error: Exception) -> str:
    """What a user is told of this error (or the one it came from); empty where no fault of the database is behind it."""
    from sqlalchemy.orm.exc import StaleDataError  # noqa: PLC0415  where nothing goes wrong, a start needs none of the ORM

    for each in _chain(error):
        if isinstance(each, PoolTimeout):
            return _busy()
        if isinstance(each, ReplacedError):
            return _(
                "数据库文件在服务器运行时被移走或替换，为免丢失数据已停止读写。请联系管理员放回原文件或重新启动服务器"
            )
        if isinstance(each, StaleDataError) or (isinstance(each, IntegrityError) and is_orphan(each)):
            return _("这里的内容刚在另一个窗口被修改或删除，刚才的操作没有保存。请刷新页面核对")
        if isinstance(each, DBAPIError) and (text := _told(each)):
            return text
    return ""


def _told(error: DBAPIError) -> str:
    code = _code(error)
    if code in FULL:
        return _("服务器的磁盘已满，刚才的操作没有保存。请联系管理员")
    if code in UNWRITABLE:
        return _("服务器的数据现在不可写入，刚才的操作没有保存。请联系管理员")
    if code in BUSY:
        return _busy()
    if code in STORAGE:
        return _("服务器的存储出错，不能确定刚才的操作是否已保存。请联系管理员，并刷新页面核对")
    if error.connection_invalidated or _is_connection(code, error):
        return _("与数据库的连接中断，不能确定刚才的操作是否已保存。请稍候刷新页面核对")
    return ""


def _busy() -> str:
    return _("系统繁忙，刚才的操作没有保存。请稍后重试")


def _code(error: DBAPIError) -> int | str | None:
    """SQLite's primary result code or PostgreSQL's five characters; None where the driver has none."""
    extended: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if extended is not None:
        return extended & 0xFF
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def _is_connection(code: int | str | None, error: DBAPIError) -> bool:
    """Class 08 is the connection's, 57P the server's going down; the driver itself gives no code for a cut line."""
    if isinstance(code, str):
        return code.startswith(("08", "57P"))
    return code is None and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
