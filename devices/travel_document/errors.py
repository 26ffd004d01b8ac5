"""What can go wrong between a chip and us, each with a stable code."""

from typing import Literal

Code = Literal[
    "not_a_travel_document",
    "wrong_key",
    "key_blocked",
    "mrz_needed",
    "unsupported",
    "access_denied",
    "file_missing",
    "bad_data",
    "secure_messaging",
    "refused",
]
"""not_a_travel_document: the application is not on the chip; wrong_key: MRZ or CAN do not open it; key_blocked: too many
wrong tries; mrz_needed: the chip has no PACE, so that a CAN cannot open it; unsupported: none of its ways in is ours;
access_denied: the chip keeps the file to itself; file_missing; bad_data: what it sent does not follow the standard;
secure_messaging: an answer was altered or unprotected; refused: any other status word."""


class DocumentError(Exception):
    """A chip that cannot be read. `detail` is for logs: it never holds personal data."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
