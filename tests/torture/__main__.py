"""python -m tests.torture: the long form of the crash tests and of the faults."""

import argparse
import sys
from collections.abc import Iterator

from data.keys import new_keyring
from data.vault import install_vault
from tests.torture import codes, surroundings
from tests.torture.faults import suffer
from tests.torture.harness import torture
from tests.torture.installation import installed
from tests.torture.troubles import FAULTS

KILLS = "kills"
CODES = {"sms service in trouble": codes.with_bad_sms, "codes and a jumping clock": codes.with_jumping_clock}
PARTS = (KILLS, *(fault.name for fault in FAULTS), *CODES)

parser = argparse.ArgumentParser(prog="python -m tests.torture")
parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
parser.add_argument("--part", choices=PARTS, action="append", help="only these; without it, everything")
parser.add_argument("--kills", type=int, default=500, help="for each database")
parser.add_argument("--rounds", type=int, default=10, help="how often each fault comes and goes")
parser.add_argument("--clients", type=int, default=4)
parser.add_argument("--seed", type=int, default=1)
given = parser.parse_args()
install_vault(new_keyring())  # a site puts back the keys that were in use before it
parts = given.part or PARTS


def broken_in(kind: str) -> Iterator[str]:
    """Run what was asked for on one database; the promises that were broken."""
    if KILLS in parts:
        with surroundings.folder() as home, installed(kind, home, people=given.clients) as installation:
            outcome = torture(installation, kills=given.kills, clients=given.clients, seed=given.seed)
        print(f"{kind}: {outcome.kills} kills, {outcome.saved} changes saved, {len(outcome.broken)} promises broken")
        yield from outcome.broken
    for fault in FAULTS:
        if fault.name not in parts or kind not in fault.databases:
            continue
        if fault.mounts and not surroundings.can_mount():
            print(f"{kind}, {fault.name}: not run, no disk may be mounted here")
            continue
        suffered = suffer(fault, kind, clients=given.clients, rounds=given.rounds, seed=given.seed)
        yield from suffered.broken
    for name, run in CODES.items():
        if name in parts:
            found = run(kind)
            print(f"{kind}, {name}: {len(found)} promises broken")
            yield from found


broken = [f"{kind}: {each}" for kind in given.database or ("sqlite", "postgresql") for each in broken_in(kind)]
print(*broken, sep="\n")
sys.exit(bool(broken))
