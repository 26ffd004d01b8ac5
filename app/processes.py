"""Processes of our own beside the one that starts them, which end when it does.

`multiprocessing` is not used: its children run the parent's main script, which in a Streamlit server is a page.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
LOWER = 10
"""Steps of priority below whoever waits for it, and may hold a lock meanwhile."""


def start(module: str, *arguments: str, answers: bool = True) -> subprocess.Popen[bytes]:
    """`python -m module`, asked through its input; `answers`: what it writes to `output` is read here. Raises OSError."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE if answers else None)  # noqa: S603  our own


def output() -> BinaryIO:
    """Where the process that was started writes its answers: what a library prints is none."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    return answers


def step_back() -> None:
    """Of the process that was started: run with lower priority, and end only with whoever started it."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, signal.SIG_IGN)  # a service manager tells all processes
    if hasattr(os, "nice"):  # Windows has none
        os.nice(LOWER)
