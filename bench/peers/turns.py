"""Runs in a peer's own environment: answers each line of standard input, a question as JSON, with its milliseconds."""

import json
import sys
import time
from collections.abc import Callable

Ask = Callable[[str], bytes]
"""The whole response to a search (empty for the list), its first page."""


def answer(ask: Ask) -> None:
    """Take turns until the input ends. `found` is how often the text `expect` stands in the response."""
    for line in sys.stdin:
        question = json.loads(line)
        began = time.perf_counter()
        response = ask(question["text"])
        milliseconds = 1000 * (time.perf_counter() - began)
        found = response.decode("utf-8", "replace").count(question["expect"])
        print(json.dumps({"ms": milliseconds, "found": found}), flush=True)
