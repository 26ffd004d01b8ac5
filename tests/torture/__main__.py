"""python -m tests.torture: the long form of the crash tests."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.torture.harness import torture
from tests.torture.installation import installed

parser = argparse.ArgumentParser(prog="python -m tests.torture")
parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
parser.add_argument("--kills", type=int, default=500, help="for each database")
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--seed", type=int, default=1)
given = parser.parse_args()
broken = 0
for kind in given.database or ("sqlite", "postgresql"):
    with tempfile.TemporaryDirectory(prefix="congye-torture-") as home:
        Path(home).chmod(0o755)  # the database's own user must reach its folder
        with installed(kind, Path(home), people=given.clients) as installation:
            outcome = torture(installation, kills=given.kills, clients=given.clients, seed=given.seed)
    print(f"{kind}: {outcome.kills} kills, {outcome.saved} changes saved, {len(outcome.broken)} promises broken")
    print(*outcome.broken, sep="\n")
    broken += len(outcome.broken)
sys.exit(bool(broken))
