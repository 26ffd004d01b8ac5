"""Errors a user can cause: a stable code and a message in the user's language."""

from typing import Any


class UserError(Exception):
    """Something the user can mend. `message` is shown as it is; `code` is stable for tests and logs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        """A worker process hands its errors over whole."""
        return type(self), (self.code, self.message)


class FieldErrors(UserError):
    """Several fields of one form are wrong: `fields` maps a field's key to its message."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("fields", "\n".join(fields.values()))
        self.fields = fields
        self.args = (f"fields: {', '.join(fields)}",)

    def __reduce__(self) -> tuple[Any, ...]:
        """As any user error is handed over."""
        return type(self), (self.fields,)


class Forbidden(UserError):
    """The acting user has no right to this; nothing about the object is told."""
