"""python -m bench [NAME …] [options]: run the benchmarks, all of them or those named; 1 when a figure is missed."""

import argparse
import importlib
import sys
import time

BENCHMARKS = {
    "search": "finding people against bare SQL",
    "transfer": "tables in and out against executemany, a cursor and XlsxWriter",
    "reader": "our part of reading a card at the window",
    "signatures": "reading and printing signature sheets",
}
"""Modules of this package by name, each with `run() -> bool` that prints its figures and tells whether they hold."""


def main() -> int:
    """Run what was asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; none means all")
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    missed = []
    for name in names:
        print(f"» {name}: {BENCHMARKS[name]}", flush=True)
        started = time.perf_counter()
        if not importlib.import_module(f"bench.{name}").run():
            missed.append(name)
        print(f"  {time.perf_counter() - started:.0f} s\n", flush=True)
    if missed:
        print(f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
