"""The operator's commands, one module a subject: each adds its parsers, and each parser knows what to run."""

import argparse
from typing import Any

Parsers = Any
"""What `ArgumentParser.add_subparsers` gives; argparse has no public name for it."""

OK, USER_ERROR, DATABASE_ERROR, KEY_ERROR, CHAIN_ERROR = 0, 1, 3, 4, 5
RETURN_CODES = {
    OK: "done",
    USER_ERROR: "what was asked for cannot be done; the message says why",
    2: "the command line was not understood",
    DATABASE_ERROR: "the database does not answer, or its schema is not current or a later version's",
    KEY_ERROR: "the key file is missing or damaged",
    CHAIN_ERROR: "a row of the audit was changed, removed or put in",
}

Given = argparse.Namespace
