"""python -m bench [NAME …]: run the benchmarks, all or those named, print one table, keep it in bench/RESULTS.md.

BENCH_SIZE is how many people there are: 10000, 100000 or 1000000. Ends with 1 when a figure is missed.
"""

import argparse
import importlib
import signal
import sys
import time

from bench import growth, results
from bench.home import size

BENCHMARKS = {
    "search": "finding people, and pages of the list, against bare SQL",
    "records": "saving a record and reading a whole file, against bare SQL",
    "transfer": "tables in and out against executemany, a cursor and XlsxWriter",
    "importing": "people at work while a workbook of 100,000 rows is imported, and the memory that it takes",
    "pictures": "attachments against Pillow, sheets against reportlab",
    "reader": "our part of reading a card at the window",
    "beside_peers": "lists and searches beside Django admin, Datasette, SQLAdmin and Flask-Admin",
    "pages": "pages in Chromium and their bytes, against a bare Streamlit application",
    "sessions": "live sessions, their memory and how many there can be, against the same",
    "starting": "a server from its start to its first page, against the same",
    "signatures": "reading and printing signature sheets",
}
"""Modules of this package by name, each with `run() -> list[Row]`."""
QUICK = ("search", "records", "transfer", "pictures", "reader", "beside_peers")


def main() -> int:
    """Run what was asked for, one after the other."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))  # copies and servers are cleared away
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; none means all")
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK)}")
    given = parser.parse_args()
    names = given.names or list(QUICK if given.quick else BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    measured = []
    for name in names:
        print(f"» {name}: {BENCHMARKS[name]}; {size():,} people", flush=True)
        began = time.perf_counter()
        rows = importlib.import_module(f"bench.{name}").run()
        results.keep(name, size(), rows)
        measured += rows
        print(f"  {time.perf_counter() - began:.0f} s", flush=True)
    print(results.table(measured))
    results.write()
    growth.draw()
    missed = [row.work for row in measured if row.holds is False]
    if missed:
        print(f"missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
