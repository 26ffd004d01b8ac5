"""How often Python looks for unreachable cycles of objects."""

import atexit
import gc

YOUNG_OBJECTS = 50_000


def collect_later() -> None:
    """Do not look for cycles while modules are imported, whose objects all stay: that takes a fifth of the time of a start."""
    gc.disable()


def collect_rarely() -> None:
    """Look for cycles after 50,000 new objects instead of 700: pages and jobs make many at once that all live on.

    With Python's own figure an import of a table spends a quarter of its time looking in vain. What is there already, the
    program's own modules, is never looked at again before the end: libraries in C++ complain of what is left then.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
    gc.enable()
